"""A quota lowered after what market regulation told (Art 33): decided in its own case, carried out here."""

from typing import Any

from apps.kernel.casework.models import Case
from apps.services.invoices import quotas
from apps.services.invoices.models import QuotaAdjustment

REVIEW, LOWER = "invoice-quota-review", "lower"


def lower(sender: object, *, case: Case, row: Any, actor: Any, data: dict[str, Any], **_more: object) -> None:
    """Use the decided quota from this month on; what is used already cannot be taken back, and refuses the decision."""
    if case.procedure == REVIEW and row.action == LOWER:
        quotas.adjust(case.applicant, data["amount"], span=QuotaAdjustment.Span.LASTING, about=case.about, actor=actor)
