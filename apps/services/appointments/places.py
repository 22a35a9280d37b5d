"""Taking and giving back a place: the one conditional UPDATE that guards the last one (Art 10)."""

import datetime as dt
import secrets

from django.db.models import F

from apps.services.appointments.models import Booking, Release, Slot
from apps.services.appointments.policy import Policy


def take(slot: Slot, pool: str, now: dt.datetime) -> bool:
    """Take one place if there is one. Two takers of the last place: the database lets one through."""
    left = f"{pool}_remaining"
    there = Slot.objects.filter(pk=slot.pk, starts_at__gt=now, **{f"{left}__gt": 0})
    return there.update(**{left: F(left) - 1}) == 1


def give_back(booking: Booking, free_at: dt.datetime) -> None:
    """The booking's place can be had again from a moment on."""
    Release.objects.create(slot_id=booking.slot_id, pool=booking.pool, free_at=free_at)


def some_time_after(now: dt.datetime, rules: Policy) -> dt.datetime:
    """A moment nobody can predict, so that a place given up cannot be handed to an accomplice."""
    shortest, longest = rules.release_from_minutes * 60, rules.release_to_minutes * 60
    return now + dt.timedelta(seconds=shortest + secrets.randbelow(longest - shortest + 1))
