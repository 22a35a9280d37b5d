"""How a run ends or stops: done, blocked, waiting, failed - with breaker, evidence, lineage event and signal."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import F

from apps.datashare.catalogue import freshness
from apps.datashare.catalogue.models import Dataset
from apps.datashare.pulls import lineage, signals, tables
from apps.datashare.pulls.models import Block, Pull, PullSource
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

SYSTEM = Actor.system("pulls")
OPENS_AFTER = 3  # failures in a row that open the breaker
FIRST_PAUSE = dt.timedelta(minutes=5)
LONGEST_PAUSE = dt.timedelta(hours=6)
DRIFT = (Block.MISSING, Block.RETYPED)


def done(run: Pull) -> Pull:
    """The run has changed the dataset; called in the transaction of the data, before it is told."""
    run.state, run.message, run.finished = Pull.State.DONE, "", clock.now()
    _judge_time(run)
    lineage.note(run, "COMPLETE")
    run.save()
    close_breaker(run.source_id)
    _evidence(run, "done", inserted=run.inserted, updated=run.updated, gone=run.gone, quarantined=run.quarantined)
    transaction.on_commit(lambda: signals.pull_done.send(sender=Pull, run=run))
    return run


@transaction.atomic
def nothing_new(run: Pull) -> Pull:
    """The source answered, and has nothing the portal has not taken in already."""
    with connection.cursor() as cursor:
        tables.drop_staging(cursor, run.pk)
    run.refresh_from_db()
    run.state, run.finished = Pull.State.DONE, clock.now()
    lineage.note(run, "COMPLETE")
    run.save()
    close_breaker(run.source_id)
    _evidence(run, "nothing_new")
    return run


@transaction.atomic
def block(run: Pull, reason: Block, message: str) -> Pull:
    """The run waits for a person; what it staged is kept, what is held is untouched."""
    run.refresh_from_db()
    run.state, run.block, run.message = Pull.State.BLOCKED, reason, message
    lineage.note(run, "OTHER")
    run.save()
    _evidence(run, "blocked", reason=reason)
    told = signals.schema_drifted if reason in DRIFT else signals.pull_blocked
    transaction.on_commit(lambda: told.send(sender=Pull, run=run))
    return run


@transaction.atomic
def wait(run: Pull, seconds: float, why: str) -> Pull:
    """The source asked for patience; the sweep goes on with the run then."""
    at = clock.now() + dt.timedelta(seconds=seconds)
    Pull.objects.filter(pk=run.pk).update(state=Pull.State.WAITING, resume_at=at, message=why)
    run.refresh_from_db()
    return run


@transaction.atomic
def fail(run: Pull, why: str) -> Pull:
    """The run ends without having changed anything; failures in a row open the source's breaker."""
    with connection.cursor() as cursor:
        tables.drop_staging(cursor, run.pk)
    run.refresh_from_db()
    run.bad_rows.all().delete()
    run.state, run.message, run.finished = Pull.State.FAILED, why, clock.now()
    _judge_time(run)
    lineage.note(run, "FAIL", why)
    run.save()
    PullSource.objects.filter(pk=run.source_id).update(failures=F("failures") + 1)
    source = PullSource.objects.get(pk=run.source_id)
    if source.failures >= OPENS_AFTER:
        pause = min(FIRST_PAUSE * 2 ** min(source.failures - OPENS_AFTER, 10), LONGEST_PAUSE)
        PullSource.objects.filter(pk=source.pk).update(open_until=clock.now() + pause)
    _evidence(run, "failed", failures=source.failures)
    transaction.on_commit(lambda: signals.pull_failed.send(sender=Pull, run=run))
    return run


def close_breaker(source_id: int) -> None:
    """The source works again."""
    PullSource.objects.filter(pk=source_id).update(failures=0, open_until=None)


def due_date(dataset_id: int) -> dt.date | None:
    """When the dataset's next update is due; None for a first one or one without a frequency."""
    dataset = Dataset.objects.with_arrival().select_related("current").get(pk=dataset_id)
    return freshness.of(dataset).due if dataset.arrived_at else None


def _judge_time(run: Pull) -> None:
    """On time when it ended on or before the due date taken at its start; nothing to say without one."""
    if run.due is not None:
        run.on_time = run.state == Pull.State.DONE and clock.today() <= run.due


def _evidence(run: Pull, what: str, **data: object) -> None:
    log.record(run.stream, f"pull.{what}", actor=SYSTEM, target=run.ref, data={"received": run.received, **data})
