"""The operating rules of appointments: numbers the office sets, read as dated law (Art 10)."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock

PREFIX = "appointment."


@dataclass(frozen=True)
class Policy:
    """The rules in force on a day; times are in the unit each name ends with."""

    horizon_days: int
    hold_minutes: int
    offer_minutes: int
    open_bookings: int
    release_from_minutes: int
    release_to_minutes: int
    missed_times: int
    missed_within_days: int
    suspended_days: int

    @cached_property
    def hold(self) -> dt.timedelta:
        """How long a place is kept while the details are filled in."""
        return dt.timedelta(minutes=self.hold_minutes)

    @cached_property
    def offer(self) -> dt.timedelta:
        """How long a place is kept for who waited for it."""
        return dt.timedelta(minutes=self.offer_minutes)


def in_force(on: dt.date | None = None) -> Policy:
    """The rules of a day, by default today, in one query.

    :raises parameters.UnknownLaw: naming a rule that has no row.
    """
    return parameters.whole_numbers(Policy, PREFIX, on or clock.today())
