"""What ends badly ends well: killed workers, two at once, a lost database, a broker that is away (Art 16)."""

import os
import subprocess
import sys
import threading
from random import Random

import pytest
from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, connections
from kombu.exceptions import OperationalError

from apps.datashare.pulls import lease, running, tasks, working
from apps.datashare.pulls.ending import SYSTEM
from apps.datashare.pulls.models import Lease, Pull, PulledPage
from apps.datashare.pulls.reading import csv_pages
from apps.kernel import workers
from tests.datashare.pulls.playing import played
from tests.datashare.pulls.waiting import eventually
from tests.factories_pulls import HEADINGS, drop, entry, held, permit, permits, pulled
from tests.factories_pulls import source as registered

pytestmark = pytest.mark.django_db(transaction=True)
COUNTS = ("received", "good", "quarantined", "misshapen", "inserted", "updated", "gone", "pages")


def rows() -> list[dict]:
    return [permit(number, kind="9") if number % 50 == 0 else permit(number) for number in range(1, 1001)]


def content(source, *, gone: bool = False) -> list[tuple]:
    return [tuple(row[name] for name in (*HEADINGS, "_page", "_line")) for row in held(source, gone=gone)]


def queued(source) -> Pull:
    return running.start(source, SYSTEM, queue=False)


def environment() -> dict[str, str]:
    """For a process that works on the test database."""
    place = connection.settings_dict
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "taxportal.settings",
        "DATABASE_URL": f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}/{place['NAME']}",
        "PULLS_DROP_DIR": settings.PULLS_DROP_DIR,
        "PULLS_ALLOWED_HOSTS": "127.0.0.1",
        "PULLS_ALLOW_LOOPBACK": "1",
    }


def worker_process(run: Pull) -> subprocess.Popen:
    """A process that does the run and says which it did; None when another has it."""
    code = "import django; django.setup(); from apps.datashare.pulls import working; print(working.work(%d))"
    return subprocess.Popen([sys.executable, "-c", code % run.pk], env=environment(), stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("delivery", ["first", "second"])
def test_kill_9_anywhere_and_the_table_is_the_same(officer, source, monkeypatch, delivery):
    monkeypatch.setattr(csv_pages, "PIECE", 4096)
    calm = registered(entry(officer, code="calm-permits"))
    if delivery == "second":
        before = [permit(number, volume="1") if number % 7 == 0 else permit(number) for number in range(1, 1051)]
        for which, folder in ((source, "water-permits"), (calm, "calm-permits")):
            drop(before, "before.csv", folder, at=0)
            pulled(which)
    drop(rows(), at=1)
    drop(rows(), folder="calm-permits", at=1)
    undisturbed = pulled(calm)
    assert undisturbed.pages > 6
    random = Random()
    pages = sorted(random.sample(range(1, undisturbed.pages), 2))
    deaths = [f"page:{pages[0]}", f"landing:{pages[1] + 1}", "merge:0", "nowhere:0"]
    run = queued(source)
    done = subprocess.run(
        [sys.executable, "-m", "tests.datashare.pulls.killed", str(run.pk), *deaths],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=80,
        check=False,
    )
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("done", 4), (deaths, done.stderr[-2000:])
    assert content(source) == content(calm), deaths
    assert content(source, gone=True) == content(calm, gone=True), deaths
    assert [getattr(run, name) for name in COUNTS] == [getattr(undisturbed, name) for name in COUNTS], deaths
    both = [list(each.counts.values_list("field", "rows", "codes_failed", "filled")) for each in (run, undisturbed)]
    assert both[0] == both[1]
    assert run.bad_rows.count() == undisturbed.bad_rows.count() == 20


def test_two_workers_on_one_dataset_do_the_work_once(source, monkeypatch):
    monkeypatch.setattr(csv_pages, "PIECE", 4096)
    drop(rows(), at=1)
    run = queued(source)
    ended = []

    def worker() -> None:
        ended.append(working.work(run.pk))
        connections.close_all()

    threads = [threading.Thread(target=worker) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.refresh_from_db()
    assert (run.state, run.attempts, len(held(source))) == ("done", 1, 980)
    assert PulledPage.objects.filter(run=run).count() == run.pages
    assert None in ended


def test_a_second_worker_process_leaves_a_run_to_the_first(dataset):
    second_page = threading.Event()
    with played() as interface:
        interface.rows, interface.faults = permits(9), [None, second_page]
        http = registered(dataset, kind="http", address=interface.url, page_rows=3)
        run = queued(http)
        first = worker_process(run)
        eventually(lambda: Pull.objects.get(pk=run.pk).pages == 1, 60)
        second = worker_process(run)
        assert second.communicate(timeout=60)[0].split()[-1] == "None", "it found the lease taken"
        second_page.set()
        assert first.communicate(timeout=60)[0].split()[-1] == run.ref
    run.refresh_from_db()
    assert (run.state, run.attempts, run.pages, len(held(http))) == ("done", 1, 3, 9)


def test_two_starts_at_once_make_one_run(source):
    outcomes = []

    def start() -> None:
        try:
            outcomes.append(queued(source).state)
        except ValidationError:
            outcomes.append("refused")
        connections.close_all()

    threads = [threading.Thread(target=start) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["queued", "refused", "refused"]


def test_a_worker_that_was_thought_lost_changes_nothing_when_it_comes_back(source, monkeypatch):
    monkeypatch.setattr(csv_pages, "PIECE", 4096)
    drop(rows(), at=1)
    run = queued(source)

    def taken_over(which: Pull) -> None:
        if which.pages == 2 and which.state == "fetching":
            Lease.objects.update(token="another")

    assert working.work(run.pk, taken_over) is None
    run.refresh_from_db()
    assert (run.pages, run.state) == (2, "fetching")
    assert lease.take(source.pk) is None, "the other one still has it"


def test_a_lost_database_connection_is_found_again(source, monkeypatch):
    monkeypatch.setattr(csv_pages, "PIECE", 4096)
    monkeypatch.setattr(working, "RECONNECT_SECONDS", 0.05)
    drop(rows(), at=1)
    run = queued(source)
    cut = []

    def cut_off(which: Pull) -> None:
        if which.pages == 3 and not cut:
            cut.append(connection.connection.info.backend_pid)
            with connections["evidence"].cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", cut)

    working.work(run.pk, cut_off)
    run.refresh_from_db()
    assert (run.state, run.attempts, run.received, len(held(source))) == ("done", 2, 1000, 980)
    assert not Lease.objects.exists()


def test_what_a_broker_lost_the_sweep_takes_up(source, monkeypatch):
    drop(permits(3), at=1)

    def away(*_args, **_options) -> None:
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", away)
    run = running.start(source, SYSTEM)
    assert run.state == "queued"
    monkeypatch.setattr(workers, "send", lambda _task, run_id: tasks.work.run(run_id))
    assert tasks.sweep() == 1
    run.refresh_from_db()
    assert run.state == "done"
    assert tasks.sweep() == 0


def test_a_file_that_changes_while_it_is_read_is_read_anew(source, monkeypatch):
    monkeypatch.setattr(csv_pages, "PIECE", 4096)
    drop(rows(), at=1)
    run = queued(source)

    def taken_over(which: Pull) -> None:
        if which.pages == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        working.work(run.pk, taken_over)
    Lease.objects.all().delete()
    drop(permits(1200), at=1)
    working.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.received, len(held(source))) == ("done", 1200, 1200)
