"""Steps the law takes by itself when a time has run out: silence is consent, a hearing ends, an order rises.

Found by query: a sweep that came late makes up for it, and a rerun finds nothing.
"""

from django.db.models import QuerySet

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def step(found: QuerySet[Case], term: str, action: str) -> int:
    """Take a step in each of these cases whose running clock of a term is past its due moment; returns how many."""
    ran_out = found.filter(clocks__term=term, clocks__stopped_at__isnull=True, clocks__due_at__lt=clock.now())
    return sum(_step(case, action) for case in ran_out.distinct().order_by("pk"))


def _step(case: Case, action: str) -> int:
    try:
        cases.perform(case, action, Actor.system("clocks"))
    except cases.NotOpen:  # somebody acted at the last moment
        return 0
    return 1
