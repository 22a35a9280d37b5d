"""Interfaces that fail in every way: retried, waited for, refused - and nothing is lost or doubled (Art 16)."""

import datetime as dt

import httpx
import pytest
import time_machine
from django.core.exceptions import ValidationError

from apps.datashare.pulls import ending, running, signals, tasks, working
from apps.datashare.pulls.models import Block, Lease, Pull, PullSource, QuarantinedRow
from apps.datashare.pulls.reading import http as reading
from apps.kernel import workers
from tests.datashare.pulls.playing import played
from tests.factories_pulls import held, permit, permits, pulled, source

pytestmark = pytest.mark.django_db


@pytest.fixture
def interface():
    with played() as server:
        server.rows = permits(8)
        yield server


@pytest.fixture
def http(dataset, interface):
    return source(dataset, kind="http", address=interface.url, page_rows=3)


def changing(dataset, interface) -> PullSource:
    return source(
        dataset, kind="http", address=interface.url, mode="changes", updated_field="changed", lag_seconds=3600
    )


def test_pages_follow_the_cursor_to_the_end(http, interface):
    run = pulled(http)
    assert (run.state, run.received, run.pages, run.tried, run.succeeded) == ("done", 8, 3, 3, 3)
    assert [asked.get("cursor", "") for asked in interface.asked] == ["", "3", "6"]
    assert [(row["_page"], row["_line"]) for row in held(http)][3] == (2, 1)


@pytest.mark.parametrize("fault", [(500, {}), (503, {"Retry-After": "0"}), "truncated", "notjson"])
def test_a_fault_that_passes_costs_a_try_and_nothing_else(http, interface, fault):
    interface.faults = [fault, fault]
    run = pulled(http)
    assert (run.state, run.received, run.tried, run.succeeded) == ("done", 8, 5, 3)


@pytest.mark.parametrize("fault", ["silent", "dripping"])
def test_a_source_that_is_too_slow_is_asked_again(http, interface, monkeypatch, fault):
    monkeypatch.setattr(reading, "TIMEOUT", httpx.Timeout(0.4, connect=5))
    monkeypatch.setattr(reading, "LONGEST_SECONDS", 0.4)
    interface.faults = [None, fault]
    run = pulled(http)
    assert (run.state, run.received, run.tried, run.succeeded, len(held(http))) == ("done", 8, 4, 3, 8)


def test_a_long_retry_after_gives_the_worker_back_and_the_sweep_goes_on(http, interface, monkeypatch):
    interface.faults = [None, (429, {"Retry-After": "120"})]
    run = pulled(http)
    assert (run.state, run.received, run.pages) == ("waiting", 3, 1)
    assert not Lease.objects.exists()
    handed: list[int] = []
    monkeypatch.setattr(workers, "send", lambda _task, run_id: handed.append(run_id))
    tasks.sweep()
    assert handed == []
    with time_machine.travel(run.resume_at + dt.timedelta(seconds=1), tick=True):
        tasks.sweep()
        assert handed == [run.pk]
        working.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.received, run.tried) == ("done", 8, 4), "the page that had landed is not asked for again"


@pytest.mark.parametrize(
    ("fault", "words"),
    [((302, {"Location": "http://127.0.0.1/"}), "302"), ((404, {}), "404"), ("words", "rows"), ((403, {}), "403")],
)
def test_what_another_try_does_not_mend_fails_at_once(http, interface, fault, words):
    interface.faults = [fault]
    run = pulled(http)
    assert (run.state, run.tried) == ("failed", 1)
    assert words in run.message
    assert len(interface.asked) == 1, "a redirect is not followed"


def test_three_failures_open_the_breaker_and_a_success_closes_it(http, interface):
    interface.faults = [(404, {})] * ending.OPENS_AFTER
    for _time in range(ending.OPENS_AFTER):
        assert pulled(http).state == "failed"
    http.refresh_from_db()
    assert http.failures == ending.OPENS_AFTER
    with pytest.raises(ValidationError, match="熔断"):
        pulled(http)
    tasks.pull(http.pk)
    assert Pull.objects.count() == ending.OPENS_AFTER, "the schedule leaves it alone"
    with time_machine.travel(http.open_until + dt.timedelta(seconds=1), tick=True):
        assert pulled(http).state == "done"
    http.refresh_from_db()
    assert (http.failures, http.open_until) == (0, None)


def test_a_page_given_twice_goes_in_once(http, interface):
    interface.repeat_page = True
    run = pulled(http)
    assert (run.state, run.received, run.inserted, run.duplicates) == ("done", 14, 8, 6)
    assert len(held(http)) == 8


def test_rows_that_contradict_each_other_are_both_kept_out(http, interface):
    interface.rows = [*permits(4), permit(2, volume="99")]
    run = pulled(http)
    assert (run.inserted, run.duplicates, run.quarantined) == (3, 1, 2)
    assert {row.rules[0] for row in QuarantinedRow.objects.all()} == {":duplicate"}
    assert "SH000002" not in {row["permit"] for row in held(http)}


def test_a_late_commit_with_an_older_time_is_caught_by_the_lag(dataset, interface):
    feed = changing(dataset, interface)
    interface.rows = [permit(1, changed="2026-10-01T08:00:00+08:00"), permit(2, changed="2026-10-01T10:00:00+08:00")]
    pulled(feed)
    feed.refresh_from_db()
    assert (feed.cursor_at.isoformat(), feed.cursor_key) == ("2026-10-01T02:00:00+00:00", "SH000002")
    interface.rows.append(permit(3, changed="2026-10-01T02:00:00+00:00"[:11] + "01:30:00+00:00"))
    run = pulled(feed)
    assert interface.asked[-1]["updated_since"] == "2026-10-01T01:00:00+00:00"
    assert (run.inserted, len(held(feed))) == (1, 3)
    feed.refresh_from_db()
    assert feed.cursor_key == "SH000002", "the cursor never goes back"


def test_an_older_state_of_a_row_never_overwrites_a_newer_one(dataset, interface):
    feed = changing(dataset, interface)
    interface.rows = [permit(1, volume="5", changed="2026-10-01T10:00:00+08:00")]
    pulled(feed)
    interface.rows = [permit(1, volume="4", changed="2026-10-01T09:30:00+08:00")]
    run = pulled(feed)
    assert (run.updated, str(held(feed)[0]["volume"])) == (0, "5")


def test_a_quiet_change_feed_is_no_empty_source(dataset, interface):
    feed = changing(dataset, interface)
    interface.rows = []
    assert pulled(feed).state == "done"


def test_a_column_that_is_missing_blocks_and_tells(http, interface, django_capture_on_commit_callbacks):
    told = []
    signals.schema_drifted.connect(lambda sender, run, **_more: told.append(run), weak=False, dispatch_uid="test")
    interface.rows = [{name: value for name, value in row.items() if name != "volume"} for row in permits(8)]
    with django_capture_on_commit_callbacks(execute=True):
        run = pulled(http)
    signals.schema_drifted.disconnect(dispatch_uid="test")
    assert (run.state, run.block, run.message) == ("blocked", Block.MISSING, "来源不再提供这些数据项：volume。")
    assert [each.pk for each in told] == [run.pk]


def test_a_column_that_changed_its_type_blocks_and_one_that_is_new_is_noted(http, interface, officer):
    interface.rows = [permit(number, grade="A") for number in range(1, 30)]
    run = pulled(http)
    assert (run.state, run.added_columns) == ("done", ["grade"])
    interface.rows = [permit(number, volume="很多") for number in range(1, 30)]
    run = pulled(http)
    assert (run.state, run.block) == ("blocked", Block.RETYPED)
    assert len(held(http)) == 29
    with pytest.raises(ValidationError, match="不能放行"):
        running.release(run, officer, reason="看过了")


@pytest.mark.parametrize(
    ("address", "hosts", "loopback", "words"),
    [
        ("http://data.example/rows", [], True, "不在允许归集的名单中"),
        ("http://127.0.0.1:9/rows", ["127.0.0.1"], False, "不允许归集"),
        ("http://169.254.169.254/latest", ["169.254.169.254"], True, "不允许归集"),
    ],
)
def test_only_listed_and_safe_addresses_are_reached(dataset, settings, address, hosts, loopback, words):
    settings.PULLS_ALLOWED_HOSTS, settings.PULLS_ALLOW_LOOPBACK = hosts, loopback
    run = pulled(source(dataset, kind="http", address=address))
    assert run.state == "failed"
    assert words in run.message


def test_a_secret_is_named_not_kept(http, interface, monkeypatch):
    http.secret = "PULL_WATER"
    http.save()
    assert "PULL_WATER" in pulled(http).message
    monkeypatch.setenv("PULL_WATER", "geheim")
    assert pulled(http).state == "done"
    http.secret = "SECRET_KEY"
    with pytest.raises(ValidationError):
        http.full_clean()
    http.save()
    assert "不能用于归集" in pulled(http).message
