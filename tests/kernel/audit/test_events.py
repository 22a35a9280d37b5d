"""Events: chained by the database however they are written, and never changed."""

import datetime as dt
import io
import itertools

import pytest
from django.db import IntegrityError, connection, transaction

from apps.kernel.audit import log
from apps.kernel.audit.models import Event, Stream
from apps.kernel.audit.offline import FIELDS, Chain
from apps.kernel.audit.purposes import Purpose
from apps.kernel.audit.reading import chained_rows, reads_of
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from tests import factories

pytestmark = pytest.mark.django_db

NASTY_DATA = {
    "z": 1,
    "aa": [1.0, 1e30, -0.0, 12345678901234567890, 1.10, None, True],
    "引号": '"\\\n\u0001\U0001f33c 玉兰',
    "nested": {"b": {}, "a": []},
}


def walk(stream: str) -> Chain:
    chain = Chain(stream)
    for row in chained_rows(stream=stream):
        chain.add(row)
    return chain


def assert_sound(stream: str, events: int) -> None:
    chain = walk(stream)
    head = Stream.objects.get(name=stream)
    assert chain.seq == events
    assert chain.compare_head((head.seq, bytes(head.head))) == ""


def test_recorded_events_form_a_chain_that_python_recomputes_exactly():
    clerk = factories.staff(factories.tax_office())
    log.record("case/1", "submit", actor=Actor.system("clocks"), data=NASTY_DATA)
    log.record("case/1", "accept", actor=clerk, target="受理\tÄ", data={})
    log.record("case/2", "submit", actor=clerk)
    assert_sound("case/1", 2)
    assert_sound("case/2", 1)


@pytest.mark.parametrize(
    "moment",
    [
        dt.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 30, 23, 59, 59, 123456, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        dt.datetime(9999, 12, 31, tzinfo=dt.UTC),
    ],
)
def test_any_moment_is_encoded_to_the_microsecond(moment):
    Event.objects.create(stream="moments", at=moment, action="x")
    assert_sound("moments", 1)


def test_supplied_sequence_and_hashes_are_overwritten():
    Event.objects.create(
        stream="case/1", at=clock.now(), action="x", seq=77, alg="none", prev_hash=b"forged", hash=b"forged"
    )
    assert_sound("case/1", 1)


def test_bulk_create_raw_sql_and_copy_are_chained_too():
    Event.objects.bulk_create([Event(stream="s", at=clock.now(), action=f"bulk {n}") for n in range(3)])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_event (stream, at, action, seq, hash) VALUES ('s', now(), 'raw', 9, 'x')")
        cursor.copy_expert(
            "COPY audit_event (stream, at, action) FROM STDIN", io.StringIO("s\t2026-10-01 00:00:00+08\tcopied\n")
        )
    assert_sound("s", 5)


def test_a_session_that_poses_as_a_replica_is_chained_and_refused_like_any_other():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("INSERT INTO audit_event (stream, at, action) VALUES ('s', now(), 'a')")
    assert_sound("s", 1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.filter(stream="s").update(action="b")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET action = 'other'",
        "UPDATE audit_event_default SET action = 'other'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "TRUNCATE audit_event_default",
        "UPDATE audit_stream SET seq = 9",
        "DELETE FROM audit_stream",
        "TRUNCATE audit_stream",
        "INSERT INTO audit_stream VALUES ('forged', 1, '', 'x', 'sha256', now(), true)",
    ],
)
def test_no_statement_changes_what_is_written(statement):
    Event.objects.create(stream="old", at=dt.datetime(1999, 1, 1, tzinfo=dt.UTC), action="in the default partition")
    with pytest.raises(IntegrityError, match=r"refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert_sound("old", 1)


def test_a_month_partition_carries_every_guard():
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_event_month('2031-05-17')")
    Event.objects.create(stream="s", at=dt.datetime(2031, 5, 31, 23, 59, tzinfo=dt.UTC), action="x")
    assert_sound("s", 1)
    for statement in ("UPDATE audit_event_203105 SET action = 'y'", "TRUNCATE audit_event_203105"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("left", "right"), list(itertools.combinations([("ab", "c"), ("a", "bc"), ("abc", ""), ("", "abc")], 2))
)
def test_moving_text_between_columns_changes_the_hash(left, right):
    moment = clock.now()
    for stream, (label, target) in (("x", left), ("x", right)):
        Event.objects.create(stream=stream, at=moment, action="a", actor_label=label, target=target)
    first, second = chained_rows(stream="x")
    assert [first[name] for name in FIELDS] != [second[name] for name in FIELDS]
    swapped = Chain("x")
    swapped.add({**first, "actor_label": second["actor_label"], "target": second["target"]})
    assert swapped.broken == "event 1 was altered"


def test_who_read_a_partys_data_is_told_newest_first_and_for_that_party_only():
    clerk = factories.staff(factories.tax_office(), name="陈静")
    mine, other = factories.citizen().party, factories.company()
    log.read(actor=clerk, party_id=mine.pk, what="profile", purpose=Purpose.CASEWORK, basis="SH1")
    log.read(actor=clerk, party_id=other.pk, what="profile", purpose=Purpose.CASEWORK)
    log.read(actor=clerk, party_id=mine.pk, what="document/1", purpose=Purpose.PAPERS)
    assert [(row.actor_label, row.target) for row in reads_of(mine)] == [("陈静", "document/1"), ("陈静", "profile")]


@pytest.mark.django_db(transaction=True)
def test_a_refused_attempt_survives_the_rollback_of_the_refused_work():
    actor = factories.citizen()

    class RefusedError(Exception):
        pass

    def attempt() -> None:
        with transaction.atomic():
            log.record("case/1", "approve", actor=actor)
            log.denied("approve", actor=actor, target="case/1", reason="not in this office")
            raise RefusedError

    with pytest.raises(RefusedError):
        attempt()
    assert [(row.action, row.target, row.data) for row in Event.objects.all()] == [
        ("approve", "case/1", {"reason": "not in this office"})
    ]
    assert_sound(f"denied/{actor.user.pk}", 1)
