"""Hearings whose term has run out (Art 33): they wait for a person's decision then, nothing more."""

from apps.kernel.casework import lapsing
from apps.kernel.casework.models import Case
from apps.supervision.dishonesty.procedures import HEARING, LISTING


def lapse() -> int:
    """Move on what has run out. Returns how many."""
    return lapsing.step(Case.objects.filter(procedure=LISTING.code, state=HEARING), "dishonesty-defence", "lapse")
