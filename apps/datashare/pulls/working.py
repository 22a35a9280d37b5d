"""Does a run: fetch page by page, then merge - and goes on wherever another worker, or this one, stopped (Art 16).

Everything needed to go on is in the database, so a killed worker, a lost connection and a restarted broker
all end the same way: somebody takes the lease and continues after the last page that landed.
"""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator

import structlog
from django.core.exceptions import ValidationError
from django.db import DataError, InterfaceError, OperationalError, close_old_connections, connection, transaction
from django.utils.translation import gettext as _

from apps.datashare.pulls import contract as contracts
from apps.datashare.pulls import ending, fingerprints, guard, landing, lease, lineage, merging
from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Block, Pull
from apps.datashare.pulls.reading.ahead import ahead
from apps.datashare.pulls.reading.base import AnotherFile, Batch, ColumnsMissing, Reader, SourceBusy, SourceFailed
from apps.datashare.pulls.reading.opening import reader
from apps.datashare.pulls.rules import Judge, Judged
from apps.kernel.workcalendar import clock

MOST_ATTEMPTS = 6  # takeovers before a run counts as failed
RECONNECTS, RECONNECT_SECONDS, LONGEST_WAIT = 9, 1.0, 30.0  # two minutes: a database that crashed has to recover
Watcher = Callable[[Pull], None]
_log = structlog.get_logger(__name__)


def work(run_id: int, watch: Watcher = lambda _run: None) -> Pull | None:
    """Do a run, or go on with it; None when another worker has it. ``watch`` is called after each page."""
    token = secrets.token_hex(16)
    for number in range(RECONNECTS):
        try:
            return _work(run_id, token, watch)
        except (OperationalError, InterfaceError) as error:
            if connection.in_atomic_block:
                raise
            _log.warning("pull lost the database", run=run_id, error=str(error))
            connection.close()
            time.sleep(min(RECONNECT_SECONDS * 2**number, LONGEST_WAIT))
            close_old_connections()
    return None


def _work(run_id: int, token: str, watch: Watcher) -> Pull | None:
    run = Pull.objects.get(pk=run_id)
    if lease.take(run.source_id, mine=token) is None:
        return None
    try:
        with lease.heartbeat(run.source_id, token):
            return _with_lease(run_id, token, watch)
    except lease.LeaseLost:
        return None
    finally:
        if not connection.needs_rollback:
            with contextlib.suppress(OperationalError, InterfaceError):
                lease.give_back(run.source_id, token)


def _with_lease(run_id: int, token: str, watch: Watcher) -> Pull:
    run = Pull.objects.select_related("source__dataset", "version").get(pk=run_id)
    if not run.under_way:
        return run
    run = _begin(run)
    if run.attempts > MOST_ATTEMPTS:
        return ending.fail(run, _("多次接手后仍未完成。"))
    try:
        return _to_the_end(run, token, watch)
    except SourceBusy as busy:
        return ending.wait(run, busy.seconds, str(busy))
    except ColumnsMissing as drift:
        return ending.block(run, Block.MISSING, _("来源不再提供这些数据项：%(fields)s。") % {"fields": drift})
    except SourceFailed as failure:
        return ending.fail(run, str(failure))
    except DataError as error:  # a value the rules took and the database does not
        return ending.fail(run, str(error).splitlines()[0])
    except ValidationError as error:
        return ending.fail(run, " ".join(error.messages))


def _to_the_end(run: Pull, token: str, watch: Watcher) -> Pull:
    """Fetch and merge; once more from the beginning when the staged rows or the file are no longer what they were."""
    contract = contracts.of(run.version)
    judge: Judge | None = None
    for _round in range(MOST_ATTEMPTS):
        if run.state != Pull.State.MERGING:
            run = landing.prepare(run, token, contract)
            judge = Judge(contract, run.source.control_field, fingerprints.known(run, contract))
            run = _fetch(run, token, contract, judge, watch)
        if run.state == Pull.State.MERGING:
            run = merging.merge(run.pk, token, judge)
            watch(run)
        if run.state != Pull.State.FETCHING:
            return run
    raise SourceFailed(_("来源的文件在读取时一再改变。"))


@transaction.atomic
def _begin(run: Pull) -> Pull:
    run.attempts += 1
    if run.started is None:
        run.started = clock.now()
        run.due = ending.due_date(run.source.dataset_id)
        lineage.note(run, "START")
    run.resume_at, run.message = None, ""
    run.save(update_fields=["attempts", "started", "due", "lineage", "resume_at", "message"])
    return run


def _fetch(run: Pull, token: str, contract: Contract, judge: Judge, watch: Watcher) -> Pull:
    """Fetch what is still missing; afterwards the run merges, is blocked, or ended with nothing new."""
    if run.complete:
        return _to_merge(run)
    tally = None
    try:
        with reader(run, contract) as source:
            tally = source.tally
            if source.delivery is None and run.source.kind in ("drop", "sftp"):
                return _no_file(run)
            _name_file(run, source)
            for judged, batch in ahead(_judged(judge, source, run)):
                run = _take(run, token, judged, batch, contract)
                landing.note_requests(run, *source.tally.take())
                watch(run)
                if found := guard.retyped(run):
                    return ending.block(run, found.reason, found.message)
    except AnotherFile:
        with transaction.atomic():
            lease.require(run.source_id, token)
            landing.start_over(run)
        run.refresh_from_db()
        return run
    finally:
        if tally is not None and not connection.needs_rollback:
            with contextlib.suppress(OperationalError, InterfaceError):
                landing.note_requests(run, *tally.take())
    return _to_merge(run)


def _judged(judge: Judge, source: Reader, run: Pull) -> Iterator[tuple[Judged, Batch]]:
    for page, batch in enumerate(source.pages(run.position), start=run.pages + 1):
        yield judge.judge(batch.frame, page), batch


def _take(run: Pull, token: str, judged: Judged, batch: Batch, contract: Contract) -> Pull:
    run = landing.land(run, token, judged, batch, contract)
    added = sorted({*run.added_columns, *batch.added})
    if added != run.added_columns:
        run.added_columns = added
        run.save(update_fields=["added_columns"])
    return run


def _no_file(run: Pull) -> Pull:
    if run.file_name:
        raise SourceFailed(_("正在读取的文件已不在来源中。"))
    return ending.nothing_new(run)


def _name_file(run: Pull, source: Reader) -> None:
    if source.delivery is not None and not run.file_hash:
        run.file_name, run.file_hash = source.delivery.name, source.delivery.sha256
        run.file_at = source.delivery.at
        run.save(update_fields=["file_name", "file_hash", "file_at"])


def _to_merge(run: Pull) -> Pull:
    run.state = Pull.State.MERGING
    run.save(update_fields=["state"])
    return run
