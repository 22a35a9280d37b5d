"""Taking and giving back a place: the one conditional UPDATE that guards the last one (Art 10)."""

import datetime as dt
import secrets

from django.db import connection
from django.db.models import F

from apps.services.appointments.models import Booking, Pool, Release, Slot
from apps.services.appointments.policy import Policy


def take(slot: Slot, pool: str, now: dt.datetime) -> bool:
    """Take one place if there is one. Two takers of the last place: the database lets one through."""
    left = f"{pool}_remaining"
    there = Slot.objects.filter(pk=slot.pk, starts_at__gt=now, **{f"{left}__gt": 0})
    return there.update(**{left: F(left) - 1}) == 1


_FREED = """
(EXISTS (SELECT FROM services_booking
               WHERE slot_id = %(slot)s AND pool = %(pool)s AND state = 'held' AND held_until <= %(now)s)
    OR EXISTS (SELECT FROM services_release
               WHERE slot_id = %(slot)s AND pool = %(pool)s AND free_at <= %(now)s))
"""
# Asked by everyone who comes too late, so it is one statement.
_GONE = f"""
SELECT EXISTS (SELECT FROM services_slot WHERE id = %(slot)s AND starts_at > %(now)s AND public_remaining = 0)
   AND NOT {_FREED}
   AND NOT EXISTS (SELECT FROM services_booking WHERE booked_by_id = %(who)s AND idempotency_key = %(key)s)
"""  # noqa: S608 - put together from the text above


def gone(slot: int, now: dt.datetime, *, who: int | None, key: str | None) -> bool:
    """Whether the public places of a coming slot are all taken, and none of them by this user's same request."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, {"slot": slot, "pool": str(Pool.PUBLIC), "now": now, "who": who, "key": key})
        return cursor.fetchone()[0]


def came_free(slot: Slot, pool: str, now: dt.datetime) -> bool:
    """Whether places of the slot wait to be collected: lapsed holds, or given back and free by now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_FREED}", {"slot": slot.pk, "pool": str(pool), "now": now})
        return cursor.fetchone()[0]


def give_back(booking: Booking, free_at: dt.datetime) -> None:
    """The booking's place can be had again from a moment on."""
    Release.objects.create(slot_id=booking.slot_id, pool=booking.pool, free_at=free_at)


def some_time_after(now: dt.datetime, rules: Policy) -> dt.datetime:
    """A moment nobody can predict, so that a place given up cannot be handed to an accomplice."""
    shortest, longest = rules.release_from_minutes * 60, rules.release_to_minutes * 60
    return now + dt.timedelta(seconds=shortest + secrets.randbelow(longest - shortest + 1))
