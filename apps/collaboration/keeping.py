"""How long messages and deliveries that were refused are kept for replay; Articles 6 and 22-30.

Nothing came of them, so past their period they go whole; what was taken is business and stays. A message that is sent
or replayed again begins its period anew.
"""

import datetime as dt
from collections.abc import Callable
from operator import attrgetter
from typing import Any

from django.core import serializers
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.collaboration.delegated.models import CollectionBatch
from apps.collaboration.fees.models import FeeDelivery
from apps.collaboration.insurance.models import InsuranceExchange
from apps.collaboration.messages.models import RefusedMessage
from apps.collaboration.qualification.models import QualificationMessage
from apps.kernel.retention import kinds


def _content(row: Model) -> bytes:
    return serializers.serialize("json", [row], ensure_ascii=False).encode()


def _destroy(row: Model) -> None:
    row.delete()


def _destroy_batch(batch: CollectionBatch) -> None:
    """The batch that replayed it was judged by itself and stands alone."""
    batch.replayed.update(replays=None)
    batch.delete()


def _register(
    model: type[Model], code: str, title: Promise, since: str, end: Callable[[Any], None] = _destroy, **which: Any
) -> None:
    def past(before: dt.datetime) -> QuerySet:
        return model.objects.filter(**{f"{since}__lt": before}, **which).order_by(since, "pk")

    kinds.register(
        kinds.Kind(
            code=code,
            title=title,
            past=past,
            since=attrgetter(since),
            subject=lambda row: f"{code}/{row.ref}",
            content=_content,
            end=end,
        )
    )


_register(RefusedMessage, "refused-message", _("未接收的合作系统报文"), "tried_at")
_register(InsuranceExchange, "refused-insurance", _("未接收的社会保险费信息批次"), "finished_at", state="refused")
_register(FeeDelivery, "refused-fees", _("未接收的费源批次"), "finished_at", state="refused")
_register(QualificationMessage, "refused-qualification", _("未接收的资格告知报文"), "received_at", state="refused")
_register(CollectionBatch, "refused-batch", _("未接收的代征批次"), "received_at", _destroy_batch, state="refused")
