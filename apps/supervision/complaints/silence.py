"""Silence is acceptance: a named complaint nobody has answered in time counts as accepted (Art 31)."""

from apps.kernel.casework import lapsing
from apps.kernel.casework.models import Case
from apps.supervision.complaints.procedure import COMPLAINT, SUBMITTED
from apps.supervision.complaints.steps import ACCEPT_CLOCK


def accept() -> int:
    """Accept what the derived due moment says is accepted. Returns how many."""
    waiting = Case.objects.filter(procedure=COMPLAINT.code, state=SUBMITTED)
    return lapsing.step(waiting, ACCEPT_CLOCK, "accept_by_silence")
