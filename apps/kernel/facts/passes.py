"""A pass over the whole city as its desk shows it: how far, how fast, how long still (Arts 12, 32, 34)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.kernel.facts.pass_models import Pass
from apps.kernel.workcalendar import clock

QUIET_AFTER = dt.timedelta(minutes=2)
AGAIN = 3  # seconds


@dataclass(frozen=True)
class Progress:
    """Share in percent, rate in payers a second, time taken and left; ``left`` is None while it cannot be told."""

    share: int
    rate: int
    took: dt.timedelta
    left: dt.timedelta | None
    quiet: bool  # nothing has moved for two minutes

    @classmethod
    def of(cls, run: Pass, done: int, *, running: bool, began: dt.datetime | None = None) -> "Progress":
        """Of a run, ``done`` being how many of its ``total`` its present stage has been through.

        ``began`` is when its present stage did, where months lie between two.
        """
        began = began or run.started_at
        end = run.finished_at or max(run.worked_at, began)
        seconds = max((end - began).total_seconds(), 0.001)
        rate = round(done / seconds)
        return cls(
            share=min(100, 100 * done // run.total) if run.total else 100,
            rate=rate,
            took=dt.timedelta(seconds=round(seconds)),
            left=dt.timedelta(seconds=round(max(0, run.total - done) / rate)) if running and rate else None,
            quiet=running and clock.now() - run.worked_at > QUIET_AFTER,
        )


def page(
    request: HttpRequest,
    template: str,
    run: Pass,
    done: int,
    *,
    running: bool,
    began: dt.datetime | None = None,
    **context: Any,
) -> HttpResponse:
    """The page of one run; it renews itself only when the reader asks for it, and tells how to end that."""
    live = running and "live" in request.GET
    context |= {
        "run": run,
        "progress": Progress.of(run, done, running=running, began=began),
        "running": running,
        "live": live,
    }
    response = render(request, template, context)
    if live:
        response["Refresh"] = str(AGAIN)
    return response
