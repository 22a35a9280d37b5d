"""A run: one delivery of facts by one source, from start to finish."""

import datetime as dt

from apps.kernel.facts import sources
from apps.kernel.facts.models import Run
from apps.kernel.workcalendar import clock

CORRECTION = "correction"  # what a source said before is put right


def start(source: str, *, kind: str, as_of: dt.date | None = None) -> Run:
    """Begin a run of ``source``; ``kind`` says what it does ("import", "aggregate", "pull", ``CORRECTION``)."""
    return Run.objects.create(source=sources.get(source), kind=kind, as_of=as_of or clock.today(), started=clock.now())


def finish(run: Run) -> Run:
    """Close the run; its counts were kept by the writer."""
    Run.objects.filter(pk=run.pk).update(finished=clock.now())
    run.refresh_from_db()
    return run
