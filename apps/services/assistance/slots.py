"""When a team can come (可约时段): computed from working days, the way there and back, and visits already held."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from psycopg2.extras import DateTimeTZRange

from apps.kernel.parties.models import Office
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock, days
from apps.services.assistance import travel
from apps.services.assistance.models import HomeVisit, NeedsProfile, VisitTeam

PREFIX = "visit."


@dataclass(frozen=True)
class Policy:
    """The office's own numbers for home visits, in the unit each name ends with."""

    length_minutes: int
    every_minutes: int
    out_from_minutes: int  # after midnight
    back_by_minutes: int
    notice_days: int
    horizon_days: int

    @classmethod
    def in_force(cls, on: dt.date) -> "Policy":
        """The numbers of a day."""
        return parameters.whole_numbers(cls, PREFIX, on)


@dataclass(frozen=True)
class Slot:
    """A time a team is free to come. ``leaves`` and ``returns`` enclose the way there and back."""

    team: VisitTeam
    starts: dt.datetime
    ends: dt.datetime
    leaves: dt.datetime
    returns: dt.datetime

    @property
    def occupied(self) -> DateTimeTZRange:
        """The team's whole time as the database keeps it."""
        return DateTimeTZRange(self.leaves, self.returns)


def offered(office: Office, district: str, profile: NeedsProfile | None = None) -> list[Slot]:
    """The times to choose from, soonest first, one team for each."""
    today = clock.today()
    policy, way = Policy.in_force(today), travel.minutes(office.district, district, today)
    teams = fitting(office, profile)
    busy = _busy(teams)
    found = []
    for starts in _starts(policy, way, today):
        ends = starts + dt.timedelta(minutes=policy.length_minutes)
        leaves, returns = starts - way, ends + way
        free = (team for team in teams if not any(leaves < end and begin < returns for begin, end in busy[team.pk]))
        team = next(free, None)
        if team is not None:
            found.append(Slot(team, starts, ends, leaves, returns))
    return found


def fitting(office: Office, profile: NeedsProfile | None) -> list[VisitTeam]:
    """The office's teams, those that sign or speak as wished first; only signing ones where one of them signs."""
    teams = list(VisitTeam.objects.filter(office=office, active=True))
    if profile is None:
        return teams
    if profile.sign_language and any(team.sign_language for team in teams):
        teams = [team for team in teams if team.sign_language]
    return sorted(teams, key=lambda team: profile.language not in team.languages)


def _busy(teams: list[VisitTeam]) -> dict[int, list[tuple[dt.datetime, dt.datetime]]]:
    found = defaultdict(list)
    for visit in HomeVisit.objects.filter(team__in=teams, holds=True, ends_at__gt=clock.now()):
        found[visit.team_id].append((visit.occupied.lower, visit.occupied.upper))
    return found


def _starts(policy: Policy, way: dt.timedelta, today: dt.date) -> Iterator[dt.datetime]:
    calendar, day = days.Calendar(), days.Calendar().add_working_days(today, policy.notice_days)
    length, step = dt.timedelta(minutes=policy.length_minutes), dt.timedelta(minutes=policy.every_minutes)
    last = today + dt.timedelta(days=policy.horizon_days)
    while day <= last:
        midnight = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
        begin = midnight + dt.timedelta(minutes=policy.out_from_minutes)
        end = midnight + dt.timedelta(minutes=policy.back_by_minutes)
        starts = begin
        while starts + length + way <= end:
            if starts - way >= begin:
                yield starts
            starts += step
        day = calendar.add_working_days(day, 1)
