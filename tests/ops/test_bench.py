"""The benchmark harness: aims are judged the right way round, results of other benchmarks are kept."""

import json

from bench.figures import Figure
from bench.run import keep, table


def test_an_aim_is_a_floor_for_rates_and_a_ceiling_for_costs():
    assert Figure(what="home against bare", value=0.31, unit="ratio", at_least=0.25).met
    assert not Figure(what="home against bare", value=0.2, unit="ratio", at_least=0.25).met
    assert Figure(what="queries of home", value=8, unit="queries", at_most=8).met
    assert not Figure(what="queries of home", value=9, unit="queries", at_most=8).met
    assert Figure(what="home", value=12, unit="ms").met is None


def test_running_one_benchmark_keeps_the_results_of_the_others(tmp_path):
    file = tmp_path / "results.json"
    keep("pages", [Figure(what="home", value=12, unit="ms")], file)
    keep("pulls", [Figure(what="rows", value=9_000, unit="rows/s", at_least=10_000)], file)
    results = json.loads(file.read_text())["benchmarks"]
    assert set(results) == {"pages", "pulls"}
    assert results["pulls"]["figures"][0]["met"] is False


def test_the_table_shows_a_missed_aim():
    assert table("pulls", [Figure(what="rows", value=9_000, unit="rows/s", at_least=10_000)]).endswith("MISSED")
