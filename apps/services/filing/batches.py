"""An agency files for its clients in one go (批量申报, Art 11): each client by its own mandate and transaction.

A batch is a list of returns to file as prefilled. Its rows are worked off one by one; whoever works them
off and however often, a row is done once, because it is locked while it waits and done when it is left.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.parties import acting
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Organisation
from apps.kernel.workcalendar import clock
from apps.services.filing import drafts, kinds, periods, straight
from apps.services.filing.models import BatchItem, FilingBatch
from apps.services.filing.periods import PeriodRow

logger = logging.getLogger(__name__)

LARGEST = 500
PAGE = 25
Outcome = BatchItem.Outcome


@dataclass(frozen=True)
class ClientRow:
    """One period a client has to file, and whether it can be filed as prefilled."""

    client: Actor
    row: PeriodRow
    ready: bool
    nil: bool  # there is nothing in it, so far as the data know

    @property
    def code(self) -> str:
        """How the page names it."""
        return f"{self.client.party.ref}/{self.row.kind.code}/{self.row.period}"


@dataclass(frozen=True)
class Progress:
    """How far a batch has got."""

    total: int
    done: int
    left: dt.timedelta | None  # None until something is known of the pace

    @property
    def finished(self) -> bool:
        return self.done == self.total

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes, at least one while there is something to do."""
        return None if self.left is None else max(1, round(self.left.total_seconds() / 60))


def is_agency(actor: Actor) -> bool:
    """Whether the party acted for is a firm that files for clients."""
    party = actor.party
    return (
        party is not None
        and Organisation.objects.filter(party=party, form=Organisation.Form.AGENCY).exists()
        and (actor.mandate is None or actor.mandate.kind != Mandate.Kind.AGENT)
    )


def authorise(actor: Actor) -> None:
    """
    :raises PermissionDenied: the party acted for is no agency.
    """
    if not is_agency(actor):
        raise PermissionDenied(_("批量申报只供涉税专业服务机构使用，请切换到机构身份。"))


def ordered(actor: Actor) -> QuerySet[FilingBatch]:
    """The batches the user ordered for the firm acted for, the latest first."""
    authorise(actor)
    return FilingBatch.objects.filter(agency=actor.party, user=actor.user)


def clients(actor: Actor) -> list[Actor]:
    """The actor as it may act for each client of the firm."""
    authorise(actor)
    return [
        replace(actor, party=identity.party, mandate=identity.mandate)
        for identity in acting.identities(actor.user)
        if identity.mandate is not None
        and identity.mandate.kind == Mandate.Kind.AGENT
        and identity.mandate.agent_id == actor.party.pk
    ]


def to_file(chosen: Iterable[Actor]) -> list[ClientRow]:
    """What clients have to file and nobody has submitted, the soonest due first."""
    found = [
        _client_row(client, row)
        for client in chosen
        for row in periods.rows(client)
        if row.in_force is None and not row.waits_for_office
    ]
    return sorted(found, key=lambda each: (each.row.due.due, each.client.party.name))


def _client_row(client: Actor, row: PeriodRow) -> ClientRow:
    if row.under_way is not None:
        imported, untouched = straight.as_imported(row.under_way), straight.way(row.under_way) is not None
    else:
        imported, untouched = row.kind.prefill(client.party, row.period), True
    nil = not any(figure.amount for figure in imported)
    return ClientRow(client, row, ready=untouched and straight.complete(imported), nil=nil)


@transaction.atomic
def open_batch(actor: Actor, codes: list[str], *, idempotency_key: str) -> FilingBatch:
    """Take an order to file what is named; the same order again is the same batch.

    :raises ValidationError: naming ``chosen``.
    """
    first = FilingBatch.objects.filter(user=actor.user, idempotency_key=idempotency_key).first()
    if first is not None:
        return first
    reachable = {client.party.ref: client.party for client in clients(actor)}
    items = []
    for code in dict.fromkeys(codes):
        ref, _slash, rest = code.partition("/")
        kind, _slash, period = rest.partition("/")
        if ref not in reachable or kind not in kinds.KINDS or len(period) > 10:
            raise ValidationError({"chosen": _("所选的委托人或者所属期不在名单中，请刷新页面后重选。")})
        items.append(BatchItem(party=reachable[ref], kind=kind, period=period))
    if not items:
        raise ValidationError({"chosen": _("请至少选择一户。")})
    if len(items) > LARGEST:
        raise ValidationError({"chosen": _("一次最多 %(n)s 户，请分批提交。") % {"n": LARGEST}})
    batch = FilingBatch.objects.create(agency=actor.party, user=actor.user, idempotency_key=idempotency_key)
    for item in items:
        item.batch = batch
    BatchItem.objects.bulk_create(items)
    log.record(f"party/{actor.party.ref}", "batch.opened", actor=actor, target=batch.ref, data={"returns": len(items)})
    workers.hand_over("filing.file_batch", batch.pk)
    return batch


def work_off(batch: FilingBatch) -> int:
    """File what still waits, one transaction each; how many rows this call did."""
    waiting = list(batch.items.filter(outcome=Outcome.WAITING).values_list("pk", flat=True))
    return sum(_tried(pk) for pk in waiting)


def _tried(pk: int) -> bool:
    """One row; a fault of ours leaves it waiting for the next try and does not hold up the others."""
    try:
        return _one(pk)
    except Exception:
        logger.exception("batch row %s waits for another try", pk)
        return False


def unfinished() -> list[FilingBatch]:
    """Batches with rows that wait: their task was lost, or is at work."""
    return list(FilingBatch.objects.filter(items__outcome=Outcome.WAITING).distinct().order_by("id"))


@transaction.atomic
def _one(pk: int) -> bool:
    """File one row; False where another worker has it or has done it."""
    locked = BatchItem.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(
        pk=pk, outcome=Outcome.WAITING
    )
    item = locked.select_related("batch__user", "batch__agency", "party").first()
    if item is None:
        return False
    try:
        with transaction.atomic(), translation.override(item.batch.user.language):
            case = _file(item)
    except (ValidationError, PermissionDenied, acting.NotActing) as refusal:
        item.outcome, item.message = Outcome.REFUSED, _why(refusal)[:500]
    else:
        item.case = case
        item.outcome = Outcome.REFERRED if case.state == "submitted" else Outcome.FILED
    item.at = clock.now()
    item.save()
    return True


def _file(item: BatchItem):
    # Asked anew for each row: a mandate may have ended since the order was given.
    actor = acting.taxpayer_actor(item.batch.user, item.party.ref)
    if actor.mandate is None or actor.mandate.agent_id != item.batch.agency_id:
        raise acting.NotActing(item.party.ref)
    key = f"batch-{item.pk}"
    case = drafts.begin(actor, item.kind, item.period, idempotency_key=key)
    return straight.file(case, actor, idempotency_key=key)


def _why(refusal: Exception) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return str(refusal) if isinstance(refusal, PermissionDenied) else _("您对这户的授权已经结束。")


def progress(batch: FilingBatch) -> Progress:
    """Rows done and the time the rest will take at the pace so far."""
    seen = batch.items.aggregate(
        total=Count("pk"), done=Count("pk", filter=~Q(outcome=Outcome.WAITING)), first=Min("at"), last=Max("at")
    )
    left = None
    if seen["done"] > 1:
        left = (seen["last"] - seen["first"]) / (seen["done"] - 1) * (seen["total"] - seen["done"])
    return Progress(seen["total"], seen["done"], left)
