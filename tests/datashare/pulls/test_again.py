"""A snapshot delivered again: what is as it was is recognised, what changed, doubled or went is found (Art 16)."""

import pytest
from django.db import connection

from apps.datashare.pulls import fingerprints, landing, merging, tables
from apps.datashare.pulls.models import QuarantinedRow, RunCount
from apps.datashare.pulls.rules import Judge
from tests.factories_pulls import FIELDS, HEADINGS, drop, held, new_version, permit, permits, pulled, stamp
from tests.factories_pulls import source as registered

pytestmark = pytest.mark.django_db
CHANGED = {"updated_field": "changed"}


@pytest.fixture
def sent(monkeypatch):
    """How many rows each page sent to the staging table."""
    found: list[int] = []
    land = landing.land

    def counting(run, token, judged, *rest):
        found.append(judged.csv.count(b"\n"))
        return land(run, token, judged, *rest)

    monkeypatch.setattr(landing, "land", counting)
    return found


def test_a_first_delivery_is_not_written_twice(source):
    drop(permits(30), at=1)
    run = pulled(source)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpersistence, (SELECT count(*) FROM pg_index WHERE indrelid = c.oid AND indisprimary)"
            " FROM pg_class c WHERE oid = %s::regclass",
            [f"{tables.SCHEMA}.d{source.dataset_id}"],
        )
        assert cursor.fetchone() == ("p", 1), "logged, and with its key"
        assert not tables.stands(cursor, run.pk)
    assert len(held(source)) == 30


def test_only_what_changed_is_sent(source, sent):
    drop(permits(30), at=1)
    pulled(source)
    drop([*permits(27), permit(28, volume="7"), permit(31)], "b.csv", at=2)
    run = pulled(source)
    assert sent == [30, 2]
    assert (run.received, run.good, run.inserted, run.updated, run.unchanged, run.gone) == (29, 29, 1, 1, 27, 2)
    assert [row["permit"] for row in held(source, gone=True)] == ["SH000029", "SH000030"]
    assert run.counts.get(field="volume").filled == 29, "the counts are of everything delivered"


def test_one_byte_changed_in_the_file_is_one_row_changed(source, sent):
    file = drop(permits(30), at=1)
    pulled(source)
    file.write_bytes(file.read_bytes().replace(b"SH000007,,1,7.50", b"SH000007,,1,7.51"))
    stamp(file, at=2)
    run = pulled(source)
    assert (sent, run.updated, run.unchanged) == ([30, 1], 1, 29)
    assert str(held(source)[6]["volume"]) == "7.51"


def test_what_is_as_held_is_not_judged_again_and_counts_all_the_same(source, monkeypatch):
    drop([*permits(30), permit(31, kind="9")], at=1)
    first = pulled(source)
    judged: list[int] = []
    by_the_rules = Judge._by_the_rules

    def noting(self, frame):
        judged.append(frame.height)
        return by_the_rules(self, frame)

    monkeypatch.setattr(Judge, "_by_the_rules", noting)
    drop([*reversed(permits(30)), permit(31, kind="9")], "b.csv", at=2)
    run = pulled(source)
    assert judged == [1], "only the row that is not held"
    assert (run.good, run.quarantined, run.unchanged, run.bad_rows.get().rules) == (30, 1, 30, ["kind:codes"])
    plain = [field.name for field in RunCount._meta.fields if field.name not in ("id", "run")]
    assert list(run.counts.values_list(*plain)) == list(first.counts.values_list(*plain))


def test_the_control_sum_takes_in_what_is_as_held(dataset):
    source = registered(dataset, control_field="volume")
    drop(permits(30), at=1)
    pulled(source)
    drop(permits(30), "b.csv", at=2, control={"rows": 30, "sum": "480.00"})
    run = pulled(source)
    assert (run.state, run.unchanged, run.received_sum) == ("done", 30, 480)


def test_a_value_changed_by_hand_is_compared_and_put_right(source, sent):
    drop(permits(30), at=1)
    pulled(source)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {tables.SCHEMA}.d{source.dataset_id} SET volume = 9 WHERE permit = 'SH000003'")
        cursor.execute(f"DELETE FROM {tables.SCHEMA}.d{source.dataset_id} WHERE permit = 'SH000005'")
    drop(permits(30), "b.csv", at=2)
    run = pulled(source)
    assert (sent, run.inserted, run.updated, run.unchanged) == ([30, 2], 1, 1, 28)
    assert [str(row["volume"]) for row in held(source)[2:5]] == ["3.50", "4.50", "5.50"]


def test_a_row_with_a_cell_too_many_is_never_taken_for_a_held_one(source):
    file = drop([{name: row[name] for name in HEADINGS} for row in permits(30)], at=1)
    pulled(source)
    file.write_bytes(file.read_bytes().replace(b"SH000007,,1,7.50,2026-10-01", b"SH000007,,1,7.50,2026-10-01,more"))
    stamp(file, at=2)
    run = pulled(source)
    assert (run.good, run.misshapen, run.quarantined, run.gone) == (29, 1, 1, 0)


def test_from_the_beginning_every_value_is_compared(source, sent):
    drop(permits(30), at=1)
    pulled(source)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {tables.SCHEMA}.d{source.dataset_id} SET volume = 9 WHERE permit = 'SH000003'")
    run = pulled(source, whole=True)
    assert (sent, run.updated, run.unchanged) == ([30, 30], 1, 29)
    assert str(held(source)[2]["volume"]) == "3.50"


def test_a_row_that_was_gone_and_comes_back_is_there_again(source):
    drop(permits(30), at=1)
    pulled(source)
    drop(permits(29), "b.csv", at=2)
    assert pulled(source).gone == 1
    drop(permits(30), "c.csv", at=3)
    run = pulled(source)
    assert (run.updated, run.unchanged, run.gone, len(held(source))) == (1, 29, 0, 30)


def test_a_new_contract_judges_every_row_again(source, officer, sent):
    drop(permits(30), at=1)
    pulled(source)
    new_version(source.dataset, officer, [{**f, "maximum": 20} if f["name"] == "volume" else f for f in FIELDS])
    drop(permits(30), "b.csv", at=2)
    run = pulled(source)
    assert (sent, run.quarantined, run.gone) == ([30, 19], 11, 0)


def test_a_row_as_held_beside_one_that_contradicts_it_keeps_both_out(source):
    drop(permits(30), at=1)
    pulled(source)
    drop([*permits(30), permit(2, volume="99")], "b.csv", at=2)
    run = pulled(source)
    assert (run.duplicates, run.quarantined, run.updated, run.gone) == (1, 2, 0, 0)
    assert set(QuarantinedRow.objects.values_list("key", "line")) == {("SH000002", 2), ("SH000002", 31)}
    assert str(held(source)[1]["volume"]) == "2.50", "what is held stays"


def test_a_row_as_held_given_twice_is_one_row(source):
    drop(permits(30), at=1)
    pulled(source)
    drop([*permits(30), permit(2)], "b.csv", at=2)
    run = pulled(source)
    assert (run.received, run.good, run.duplicates, run.unchanged, run.quarantined) == (31, 30, 1, 30, 0)


def test_a_row_as_held_beside_a_later_state_is_replaced_by_it(dataset):
    source = registered(dataset, **CHANGED)
    first = [permit(number, changed="2026-10-01T08:00:00+08:00") for number in range(1, 31)]
    drop(first, at=1)
    pulled(source)
    drop([*first, permit(2, volume="99", changed="2026-10-02T08:00:00+08:00")], "b.csv", at=2)
    run = pulled(source)
    assert (run.duplicates, run.updated, run.unchanged, run.gone) == (1, 1, 29, 0)
    assert str(held(source)[1]["volume"]) == "99"


def test_who_takes_over_finds_doubles_it_has_not_seen(source, monkeypatch):
    """The process that merges did not judge the pages: the database looks."""
    merge = merging.merge
    monkeypatch.setattr("apps.datashare.pulls.working.merging.merge", lambda run, token, _judge: merge(run, token))
    drop(permits(30), at=1)
    pulled(source)
    drop([*permits(28), permit(2, volume="99"), permit(3)], "b.csv", at=2)
    run = pulled(source)
    assert (run.duplicates, run.quarantined, run.gone, run.unchanged) == (2, 2, 2, 27)


def test_rows_without_a_fingerprint_are_compared(source, sent):
    """A table made before there were fingerprints, and fingerprints beyond what is kept in memory."""
    drop(permits(30), at=1)
    pulled(source)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {tables.SCHEMA}.d{source.dataset_id} DROP COLUMN _print")
    drop(permits(29), "b.csv", at=2)
    run = pulled(source)
    assert (sent, run.unchanged, run.gone) == ([30, 29], 29, 1)


def test_more_rows_than_fingerprints_in_memory(source, sent, monkeypatch):
    monkeypatch.setattr(fingerprints, "MOST", 10)
    drop(permits(30), at=1)
    pulled(source)
    drop(permits(29), "b.csv", at=2)
    run = pulled(source)
    assert (sent, run.unchanged, run.gone) == ([30, 19], 29, 1)
