"""Reminders whose time to answer has run out (Art 32): the office then looks at them; nothing else happens."""

from apps.kernel.casework import lapsing
from apps.kernel.casework.models import Case
from apps.supervision.risk.procedures import OPEN, REMINDER


def lapse() -> int:
    """Move on what has run out. Returns how many."""
    return lapsing.step(Case.objects.filter(procedure=REMINDER.code, state=OPEN), "risk-reminder", "lapse")
