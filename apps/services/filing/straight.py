"""File a return in one confirmation: as prefilled (确认式申报), or with nothing in it (零申报) (Art 11)."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.services.filing import drafts
from apps.services.filing.kinds import Imported
from apps.services.filing.models import Return, ReturnFigure


class Way(models.TextChoices):
    """What one confirmation would file."""

    AS_PREFILLED = "as_prefilled", gettext_lazy("按预填数申报")
    NIL = "nil", gettext_lazy("零申报")


def complete(rows: list[Imported]) -> bool:
    """Whether the data answer every question; of what may be unknown, not knowing is an answer."""
    return all(row.amount is not None or row.kind in ReturnFigure.MAY_BE_UNKNOWN for row in rows)


def way(tax_return: Return) -> Way | None:
    """What one confirmation would file; None where the payer has something of their own to say first."""
    figures = list(tax_return.figures.all())
    differs = any(figure.difference or figure.reason for figure in figures)
    if tax_return.case.state != procedures.DRAFT or differs or drafts.changes(tax_return):
        return None
    if not any(figure.imported for figure in figures):
        return Way.NIL
    return Way.AS_PREFILLED if complete(as_imported(tax_return)) else None


def as_imported(tax_return: Return) -> list[Imported]:
    """What was imported for each figure of a return."""
    rows = tax_return.figures.all()
    return [Imported(row.kind, row.rate, row.imported, row.source, row.as_of) for row in rows]


@transaction.atomic
def file(case: Case, actor: Actor, *, idempotency_key: str | None = None) -> Case:
    """Confirm every figure and submit, all of it or nothing.

    :raises ValidationError: a figure differs from the data, or the data leave a question open.
    """
    if way(case.detail) is None:
        raise ValidationError(_("这份申报有需要您填写或者说明的数据，请逐项核对后提交。"))
    drafts.confirm(case, actor)
    return cases.perform(case, "submit", actor, idempotency_key=idempotency_key)
