"""Silence is acceptance: a named complaint nobody has answered in time counts as accepted (Art 31)."""

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.supervision.complaints.procedure import COMPLAINT, SUBMITTED
from apps.supervision.complaints.steps import ACCEPT_CLOCK


def accept() -> int:
    """Accept what the derived due moment says is accepted; a rerun finds nothing. Returns how many."""
    ran_out = Case.objects.filter(
        procedure=COMPLAINT.code,
        state=SUBMITTED,
        clocks__term=ACCEPT_CLOCK,
        clocks__stopped_at__isnull=True,
        clocks__due_at__lt=clock.now(),
    )
    return sum(map(_accept, ran_out))


def _accept(case: Case) -> int:
    try:
        cases.perform(case, "accept_by_silence", Actor.system("clocks"))
    except cases.NotOpen:  # the office accepted or refused it at the last moment
        return 0
    return 1
