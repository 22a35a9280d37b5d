"""Reminders whose time to answer has run out (Art 32): the office then looks at them; nothing else happens."""

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.supervision.risk.procedures import OPEN, REMINDER


def lapse() -> int:
    """Move on what the derived due moment says has run out; a rerun finds nothing. Returns how many."""
    ran_out = Case.objects.filter(
        procedure=REMINDER.code,
        state=OPEN,
        clocks__term="risk-reminder",
        clocks__stopped_at__isnull=True,
        clocks__due_at__lt=clock.now(),
    ).distinct()
    return sum(map(_lapse, ran_out))


def _lapse(case: Case) -> int:
    try:
        cases.perform(case, "lapse", Actor.system("clocks"))
    except cases.NotOpen:  # answered at the last moment
        return 0
    return 1
