"""One predicate, two back ends: a profile evaluated in Python and the whole city selected in SQL agree."""

import csv
import io
import itertools
import random
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.kernel.rules import predicates
from apps.kernel.rules.policies import policies
from apps.kernel.rules.predicates import evaluate, parse

POPULATION = 200_000
SQL_TYPES = {bool: "boolean", int: "bigint", str: "text"}

LIMITS = parse({"all": [["sales", "<=", 100], ["kind", "in", ["small", "natural"]]]})


# --- meaning -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "below", "at", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
        ("=", False, True, False),
        ("<>", True, False, True),
    ],
)
def test_boundaries(operator, below, at, above):
    node = parse(["sales", operator, 100])
    assert [evaluate(node, {"sales": value}).met for value in (99, 100, 101)] == [below, at, above]
    assert evaluate(node, {"sales": Decimal("100.00")}).met is at


@pytest.mark.parametrize(
    "written", [["x", "=", 1], ["x", "<>", 1], ["x", "in", [1]], ["x", "not in", [1]], ["x", "<", 1]]
)
def test_a_clause_about_an_unknown_value_is_unknown(written):
    assert evaluate(parse(written), {"x": None}).met is None
    assert evaluate(parse(written), {}).met is None
    assert evaluate(parse({"not": written}), {}).met is None


TRUE, FALSE, UNKNOWN = ["yes", "=", True], ["yes", "=", False], ["absent", "=", True]


@pytest.mark.parametrize(
    ("written", "met"),
    [
        ({"all": [TRUE, UNKNOWN]}, None),
        ({"all": [FALSE, UNKNOWN]}, False),
        ({"any": [TRUE, UNKNOWN]}, True),
        ({"any": [FALSE, UNKNOWN]}, None),
        ({"not": FALSE}, True),
        ({"not": {"all": [FALSE, UNKNOWN]}}, True),
    ],
)
def test_unknown_parts_spoil_only_what_they_decide(written, met):
    assert evaluate(parse(written), {"yes": True}).met is met


def test_the_trace_shows_every_clause_even_when_the_first_decides():
    verdict = evaluate(LIMITS, {"sales": 101, "kind": "small"})
    assert verdict.met is False
    assert [(step.clause.field, step.actual, step.met) for step in verdict.trace] == [
        ("sales", 101, False),
        ("kind", "small", True),
    ]


def test_the_missing_fields_are_named():
    verdict = evaluate(LIMITS, {"kind": "small"})
    assert verdict.met is None
    assert verdict.unknown == ("sales",)


@pytest.mark.parametrize("value", ["100", True, 100.0, [100]])
def test_values_of_another_type_are_never_compared(value):
    with pytest.raises(TypeError, match="sales"):
        evaluate(parse(["sales", "<=", 100]), {"sales": value})


# --- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        None,
        [],
        {},
        "sales < 1",
        ["sales", "<"],
        ["sales", "<", 1, 2],
        ["sales", "LIKE", "x"],
        ["sales", "<", "1"],
        ["sales", "<", 1.5],
        ["sales", "<", True],
        ["sales", "<", None],
        ["sales", "=", None],
        ["sales", "=", 1.5],
        ["sales", "=", [1]],
        ["sales", "in", []],
        ["sales", "in", 1],
        ["sales", "in", [1, "a"]],
        ["sales", "in", [None]],
        ['sales"; DROP TABLE x; --', "=", 1],
        ["销售额", "=", 1],
        [1, "=", 1],
        [["x"], "=", 1],
        ["x", ["="], 1],
        {"all": []},
        {"all": ["x", "=", 1]},
        {"any": {}},
        {"all": [["x", "=", 1]], "any": [["x", "=", 1]]},
        {"none": [["x", "=", 1]]},
        {"not": []},
    ],
)
def test_what_is_not_a_predicate_is_refused(written):
    with pytest.raises(ValidationError):
        parse(written)


def test_where_it_is_wrong_is_said():
    with pytest.raises(ValidationError, match=r"\$\.all\[1\]\.any\[0\]"):
        parse({"all": [["x", "=", 1], {"any": [["y", "~", 1]]}]})


def test_nesting_has_an_end():
    written = ["x", "=", 1]
    for _ in range(10_000):
        written = {"not": written}
    with pytest.raises(ValidationError, match="嵌套过深"):
        parse(written)


def test_constants_travel_as_parameters_and_columns_are_quoted():
    sql, params = predicates.compile_sql(parse({"all": [["kind", "=", "'; DROP"], {"not": ["sales", "in", [1, 2]]}]}))
    assert sql == '("kind" = %s AND NOT ("sales" = ANY(%s)))'
    assert params == ["'; DROP", [1, 2]]


# --- agreement ---------------------------------------------------------------------------


def literals(nodes) -> dict[str, set]:
    """Every field with the constants it is compared with."""
    found: dict[str, set] = {}
    for clause in itertools.chain.from_iterable(predicates.clauses(node) for node in nodes):
        values = clause.value if isinstance(clause.value, tuple) else (clause.value,)
        found.setdefault(clause.field, set()).update(values)
    return found


def domain(constants: set) -> list:
    """Values worth trying: each boundary, a fen to either side, something else, and nothing known."""
    if any(isinstance(value, bool) for value in constants):
        return [True, False, None]
    if any(isinstance(value, str) for value in constants):
        return [*sorted(constants), "something else", "", None]
    beside = {value + step for value in constants for step in (-1, 0, 1)}
    return [*sorted(beside | {0, -1, 10**12}), None]


def fill(table: str, domains: dict[str, list], rows: int) -> None:
    """A table of random profiles through COPY."""
    kinds = {name: SQL_TYPES[type(next(v for v in values if v is not None))] for name, values in domains.items()}
    with connection.cursor() as cursor:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in kinds.items())
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")
        chance = random.Random(20260923)
        text = io.StringIO()
        writer = csv.writer(text)
        columns = [chance.choices(values, k=rows) for values in domains.values()]
        writer.writerows(["\\N" if value is None else value for value in row] for row in zip(*columns, strict=True))
        text.seek(0)
        cursor.copy_expert(f"COPY {table} FROM STDIN WITH (FORMAT csv, NULL '\\N')", text)
        cursor.execute(f"ANALYZE {table}")


def disagreements(table: str, node: predicates.Node) -> tuple[int, list]:
    """Rows compared, and every combination of values on which the two back ends differ.

    The evaluator is asked once for each combination that occurs; every row of the table has one of them.
    """
    names = sorted(predicates.fields(node))
    expression, params = predicates.compile_sql(node)
    columns = ", ".join(f'"{name}"' for name in names)
    numbers = ", ".join(str(n + 1) for n in range(len(names) + 1))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}, {expression}, count(*) FROM {table} GROUP BY {numbers}", params)
        found = cursor.fetchall()
    different = [
        row for *row, met, _count in found if evaluate(node, dict(zip(names, row, strict=True))).met is not met
    ]
    return sum(row[-1] for row in found), different


@pytest.mark.django_db
def test_both_back_ends_agree_on_a_city_for_every_policy():
    nodes = {code: policy.predicate for code, policy in policies().items()}
    assert len(nodes) == 51
    fill("city", {field: domain(values) for field, values in literals(nodes.values()).items()}, POPULATION)
    for code, node in nodes.items():
        compared, different = disagreements("city", node)
        assert compared == POPULATION
        assert not different, (code, different[:3])


FIELDS = {"a": [0, 1, 2, None], "b": [0, 1, 2, None], "t": ["x", "y", None], "f": [True, False, None]}
CLAUSES = st.one_of(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), st.integers(0, 2)).map(list),
    st.tuples(
        st.sampled_from("ab"), st.sampled_from(["in", "not in"]), st.lists(st.integers(0, 2), min_size=1, max_size=2)
    ).map(list),
    st.tuples(st.just("t"), st.sampled_from(["=", "<>"]), st.sampled_from("xyz")).map(list),
    st.tuples(st.just("f"), st.sampled_from(["=", "<>"]), st.booleans()).map(list),
)
PREDICATES = st.recursive(
    CLAUSES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)


@pytest.mark.django_db
@given(written=st.lists(PREDICATES, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_both_back_ends_agree_on_any_predicate(written):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS small_town")
    fill("small_town", FIELDS, 600)  # 144 combinations, all but certainly all of them
    for one in written:
        assert disagreements("small_town", parse(one)) == (600, [])


def test_policies_are_dated():
    stopped = policies()["VAT-OLD-2023-19"]
    assert stopped.in_force(stopped.valid_to)
    assert not stopped.in_force(stopped.valid_to.replace(year=2026))
    assert policies()["CIT-HNTE"].in_force(stopped.valid_to.replace(year=2099))
