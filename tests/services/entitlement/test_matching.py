"""Who a policy fits: worked boundaries both ways, the whole city as each profile alone, the formula of its worth."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection

from apps.kernel.facts import city, reading, scanning
from apps.kernel.facts.models import Profile
from apps.kernel.facts.scanning import Asked
from apps.kernel.parties.models import Party
from apps.kernel.rules import predicates
from apps.kernel.rules.policies import policies
from apps.kernel.rules.predicates import All, Clause, Not
from apps.services.entitlement import estimates, explaining, matching
from apps.services.entitlement.models import Match
from tests.factories_policies import SMALL_PROFIT, in_force, payer, policy, push

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False):
        yield


def fitting(row: Match) -> set[int]:
    """The policies whose bit is set."""
    taking_part = matching.taking_part(row.run)
    return {version.policy_id for version, bit in zip(taking_part, row.met, strict=True) if bit == "1"}


def matches(party: Party) -> set[int]:
    row = Match.objects.filter(party=party).first()
    return fitting(row) if row else set()


BOUNDARIES = [
    ("CIT-SLP", SMALL_PROFIT, {}, True),
    ("CIT-SLP", SMALL_PROFIT, {"taxable_income": 300_000_001}, False),
    ("CIT-SLP", SMALL_PROFIT, {"headcount_qavg": "300.01"}, False),
    ("CIT-SLP", SMALL_PROFIT, {"assets_qavg": 5_000_000_001}, False),
    ("CIT-SLP", SMALL_PROFIT, {"restricted_industry": True}, False),
    ("VAT-SMALL-THRESHOLD-2026", {"vat_kind": "small", "vat_period": "M"}, {"sales_month": 9_999_999}, True),
    ("VAT-SMALL-THRESHOLD-2026", {"vat_kind": "small", "vat_period": "M"}, {"sales_month": 10_000_000}, False),
    ("VAT-SMALL-THRESHOLD-2026", {"vat_kind": "small", "vat_period": "Q"}, {"sales_quarter": 29_999_999}, True),
    ("VAT-SMALL-THRESHOLD-2026", {"vat_kind": "small", "vat_period": "Q"}, {"sales_quarter": 30_000_000}, False),
    ("DIS-FUND-30", {"subject_kind": "enterprise"}, {"employees_avg": "30"}, True),
    ("DIS-FUND-30", {"subject_kind": "enterprise"}, {"employees_avg": "30.01"}, False),
    ("VAT-HOUSE-2Y", {"subject_kind": "natural"}, {"house_sale_hold_months": 24}, True),
    ("VAT-HOUSE-2Y", {"subject_kind": "natural"}, {"house_sale_hold_months": 23}, False),
    ("CIT-HNTE", {}, {"hnte_valid": True}, True),
    ("CIT-HNTE", {}, {"hnte_valid": False}, False),
]


@pytest.mark.parametrize(("code", "facts", "turning", "fits"), BOUNDARIES)
def test_a_policy_changes_its_mind_exactly_at_its_limit(code, facts, turning, fits):
    party = payer(**{**facts, **turning})
    push()
    assert (policy(code).pk in matches(party)) is fits
    assert explaining.fit(in_force(code), party).met is fits


def test_what_is_not_known_neither_fits_nor_fails():
    party = payer(**{**SMALL_PROFIT, "assets_qavg": None})
    push()
    fit = explaining.fit(in_force("CIT-SLP"), party)
    assert fit.met is None
    assert [step.field for step in fit.steps if step.met is None] == ["assets_qavg"]
    assert policy("CIT-SLP").pk not in matches(party)


def test_a_trace_names_source_and_date_of_each_fact():
    fit = explaining.fit(in_force("CIT-SLP"), payer(**SMALL_PROFIT))
    step = next(step for step in fit.steps if step.field == "taxable_income")
    assert (step.words, step.value) == ("应纳税所得额 不超过 3,000,000.00 元", "3,000,000.00 元")
    assert (step.source, step.as_of) == ("主管部门资格认定", dt.date(2026, 9, 30))


def test_policies_that_wait_for_review_match_nobody():
    party = payer(nonprofit_qualified=True)
    push()
    assert policy("CIT-NONPROFIT").pk not in matches(party)
    assert "CIT-NONPROFIT" not in matching.matchable(dt.date(2026, 11, 2))


def test_the_pass_over_a_city_says_what_each_profile_alone_says():
    city.fill(3_000, progress=lambda _done: None)
    push()
    versions = matching.matchable(dt.date(2026, 11, 2)).values()
    fields = sorted({field for version in versions for field in predicates.fields(version.condition_tree)})
    found = {row.party_id: fitting(row) for row in Match.objects.select_related("run")}
    compared = 0
    for party_id, *values in Profile.objects.values_list("party_id", *fields):
        profile = dict(zip(fields, values, strict=True))
        alone = {version.policy_id for version in versions if predicates.evaluate(version.condition_tree, profile).met}
        assert found.get(party_id, set()) == alone
        compared += len(alone)
    assert compared > 5_000


def test_conditions_that_share_parts_are_each_answered_as_alone():
    city.fill(400, progress=lambda _done: None)
    written = [entry.predicate for entry in policies().values()]
    small = Clause("vat_kind", "=", "small")
    nodes = [*written, *(All((small, All((node, small)))) for node in written), Not(small)]  # two words of bits
    statement, params = scanning.statement([Asked(node, "cit_slp_reduction") for node in nodes], after=0, upto=10**9)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        answers = {party: bits for party, *bits in cursor.fetchall()}
    parties = Party.objects.filter(profile__isnull=False)
    assert answers.keys() == {party.pk for party in parties}
    seen = set()
    for party in parties:
        profile = reading.profile(party)
        verdicts = [predicates.evaluate(node, profile).met for node in nodes]
        flag = profile["cit_slp_reduction"] is True
        assert answers[party.pk] == [
            "".join("01"[verdict is True] for verdict in verdicts),
            "01"[flag] * len(nodes),
            "".join("01"[flag and verdict is None] for verdict in verdicts),
        ]
        seen |= {(flag, verdict) for verdict in verdicts}
    assert seen == {(flag, verdict) for flag in (True, False) for verdict in (True, False, None)}


def test_a_count_over_the_city_is_the_sum_of_its_answers():
    city.fill(500, progress=lambda _done: None)
    node = in_force("CIT-SLP").condition_tree
    verdicts = [
        predicates.evaluate(node, reading.profile(party)).met for party in Party.objects.filter(profile__isnull=False)
    ]
    counted = scanning.count(node)
    assert (counted.met, counted.unknown, counted.total) == (verdicts.count(True), verdicts.count(None), len(verdicts))


@pytest.mark.parametrize(
    ("code", "facts", "yuan"),
    [
        ("CIT-SLP", {"taxable_income": 300_000_000}, "600000.00"),
        ("CIT-SLP", {"taxable_income": -5}, "0.00"),
        ("CIT-HNTE", {"taxable_income": 1}, "0.00"),
        ("CIT-HNTE", {"taxable_income": 5}, "0.01"),
        ("VAT-SMALL-1PCT-2026", {"taxable_3pct_sales": 12_345_678}, "2469.14"),
    ],
)
def test_what_a_policy_is_worth(code, facts, yuan):
    assert estimates.worth(code, facts) == Decimal(yuan)


def test_what_is_not_estimated_has_no_worth():
    assert estimates.worth("VAT-HOUSE-2Y", {"house_sale_hold_months": 30}) is None
    assert estimates.worth("CIT-SLP", {"taxable_income": None}) is None
