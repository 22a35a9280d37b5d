"""Whose turn it is (排队规则): one moment per ticket, set by dated rules, decides the order.

A ticket's turn is the moment it was drawn, less a head start: priority (老年人、残疾人) so many minutes,
a booking so many minutes before its own time. Tickets are served by that moment. So nobody starves:
whoever draws a ticket later than the longest head start can never get in front, whatever they are.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock

PREFIX = "queue."
# Just behind another ticket: the smallest step the database keeps.
INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Policy:
    """The rules of a day; times are in the unit each name ends with."""

    priority_minutes: int
    booked_minutes: int
    booked_late_minutes: int
    missed_grace_minutes: int
    green_limit_minutes: int
    return_after_tickets: int
    returns_allowed: int
    calls_before_missed: int
    estimate_weeks: int
    estimate_sample: int

    @cached_property
    def priority(self) -> dt.timedelta:
        """How much earlier somebody with priority counts."""
        return dt.timedelta(minutes=self.priority_minutes)

    @cached_property
    def booked(self) -> dt.timedelta:
        """How much earlier than the time booked somebody with a booking counts."""
        return dt.timedelta(minutes=self.booked_minutes)

    @cached_property
    def booked_late(self) -> dt.timedelta:
        """How late somebody with a booking may come and keep its advantage."""
        return dt.timedelta(minutes=self.booked_late_minutes)

    @cached_property
    def missed_grace(self) -> dt.timedelta:
        """How long after a missed turn one may come back without a new ticket."""
        return dt.timedelta(minutes=self.missed_grace_minutes)

    @cached_property
    def green_limit(self) -> dt.timedelta:
        """How long somebody without priority may be passed over at a green window."""
        return dt.timedelta(minutes=self.green_limit_minutes)

    @property
    def longest_head_start(self) -> dt.timedelta:
        """No ticket drawn later than this after another can get in front of it."""
        return self.priority + self.booked


def policy(on: dt.date | None = None) -> Policy:
    """The rules in force on a day, by default today, in one query.

    :raises parameters.UnknownLaw: naming a rule that has no row.
    """
    return parameters.whole_numbers(Policy, PREFIX, on or clock.today())


def turn_at(drawn: dt.datetime, rules: Policy, *, priority: bool, booked_for: dt.datetime | None = None) -> dt.datetime:
    """The moment that decides a ticket's turn.

    Somebody with a booking counts from a little before the time booked, never from earlier than the head start
    before they came; who comes too late for it counts like anybody who walks in.
    """
    moment = drawn
    if booked_for is not None and drawn <= booked_for + rules.booked_late:
        moment = max(booked_for, drawn) - rules.booked
    return moment - rules.priority if priority else moment
