"""Files of any form become the dataset: rules, quarantine, merge, tombstones, lineage, cursor (Art 16)."""

import pytest

from apps.datashare.catalogue.models import Arrival
from apps.datashare.pulls.models import Pull, QuarantinedRow
from tests.factories_pulls import drop, held, permit, permits, pulled

pytestmark = pytest.mark.django_db


def test_a_snapshot_goes_in_with_lineage_and_counts(source):
    drop(permits(30), at=1, control={"rows": 30})
    run = pulled(source)
    assert (run.state, run.received, run.good, run.inserted, run.control_rows) == ("done", 30, 30, 30, 30), run.message
    rows = held(source)
    assert [rows[0][name] for name in ("permit", "_run", "_page", "_line")] == ["SH000001", run.pk, 1, 1]
    assert rows[0]["uscc"] is None
    assert Arrival.objects.get(dataset=source.dataset).rows == 30
    assert run.landed.get().rows == 30
    assert len(run.file_hash) == 64


def test_bad_rows_wait_in_quarantine_with_every_rule_they_broke(source):
    rows = [*permits(5), permit(6, kind="9", volume="-1"), permit(7, permit=""), permit(8, on="2026-02-30")]
    drop(rows, at=1)
    run = pulled(source)
    assert (run.state, run.good, run.quarantined) == ("done", 5, 3)
    bad = list(QuarantinedRow.objects.filter(run=run).values_list("line", "rules"))
    assert bad == [(6, ["kind:codes", "volume:range"]), (7, ["permit:required"]), (8, ["on:type"])]
    count = run.counts.get(field="volume")
    assert (count.rows, count.filled, count.range_checked, count.range_failed) == (8, 8, 8, 1)
    assert run.counts.get(field="permit").required_failed == 1


def test_only_changes_are_written_and_only_a_snapshot_says_what_is_gone(source):
    drop(permits(10), at=1)
    first = pulled(source)
    rows = [*permits(8), permit(9, volume="77"), permit(11)]
    drop(rows, "b.csv", at=2)
    run = pulled(source)
    assert (run.inserted, run.updated, run.unchanged, run.gone) == (1, 1, 8, 1)
    assert [row["permit"] for row in held(source, gone=True)] == ["SH000010"]
    assert {row["_run"] for row in held(source)[:8]} == {first.pk}
    drop(permits(10), "c.csv", at=3)
    run = pulled(source)
    assert (run.inserted, run.updated, run.gone, held(source, gone=True)[0]["permit"]) == (0, 2, 1, "SH000011")


def test_a_file_is_taken_once(source):
    drop(permits(3), at=1)
    pulled(source)
    again = pulled(source)
    assert (again.state, again.received) == ("done", 0)
    assert Arrival.objects.count() == 1
    assert len(held(source)) == 3
    assert Pull.objects.count() == 2
