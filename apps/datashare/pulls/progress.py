"""How far a run is (实时进度): rows done, rate and time left, from what it has landed."""

import datetime as dt
from dataclasses import dataclass

from apps.datashare.pulls.models import Pull
from apps.kernel.workcalendar import clock


@dataclass(frozen=True)
class Progress:
    """``percent`` and ``left`` are None where the source does not say how much there is."""

    rows: int
    rate: int
    percent: int | None
    left: dt.timedelta | None


def of(run: Pull) -> Progress:
    """The progress of a run now, or as it ended."""
    begun = run.started or run.at
    seconds = max(((run.finished or clock.now()) - begun).total_seconds(), 0.001)
    percent = left = None
    if run.total_units:
        share = min(run.done_units / run.total_units, 1)
        percent = int(share * 100)
        if run.under_way and share > 0:
            left = dt.timedelta(seconds=round(seconds * (1 - share) / share))
    return Progress(run.received, round(run.received / seconds), percent, left)
