"""Thirty-five indicators, two evaluators: the city's scan and the payer's page never differ (Art 32)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel.facts import catalogue, city, reading
from apps.kernel.facts.columns import Amount, Code, Count, Day, Days, Flag, Months, Number, Ratio
from apps.kernel.facts.models import Profile
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock
from apps.supervision.risk import peers, running, scanning, tuning
from apps.supervision.risk.indicators import in_force, indicators, read, reliefs
from apps.supervision.risk.models import RiskRun, RiskScore
from apps.supervision.risk.scanning import Verdict
from tests import factories

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 11, 20)
# Values at and one step beside which indicators change their mind, in the facts' own units.
NUMBERS = [0, 1, 3, 6, 10, 20, 30, 50, 51, 100, 149, 150, 365, 1000, 9999, 10_000, 11_000, 29_999_999, 30_000_000]
NUMBERS += [49_999_999, 50_000_000, 300_000_000, 299_999_999, 10**15]


SALES = {
    "vat_kind": "general",
    "taxable_sales": 100_000,
    "taxable_sales_m1": 100_000,
    "taxable_sales_m2": 100_000,
    "taxable_sales_m3": 100_000,
}
INPUT = {"vat_kind": "general", "input_vat_prev": 1000, "output_vat": 1100, "output_vat_prev": 1000}


def value_of(column):
    match column:
        case Flag():
            known = st.booleans()
        case Day():
            known = st.integers(0, 200).map(lambda days: ON - dt.timedelta(days=days))
        case Code(choices=[_first, *_rest] as choices):
            known = st.sampled_from([value for value, _label in choices])
        case Code(name="industry_code"):
            known = st.sampled_from(["C3484", "Z0000"])
        case Code():
            known = st.just("x")
        case Number():
            known = st.sampled_from([Decimal("29.99"), Decimal(30), Decimal("30.01"), Decimal(31)])
        case Months():
            known = st.integers(0, 400)
        case Days() | Ratio() | Count() | Amount():
            most = 10**9 if isinstance(column, Days | Ratio) else 10**16
            known = st.sampled_from([number for number in NUMBERS if number <= most])
    return st.one_of(known, known, known, st.none())


def asked() -> list[str]:
    fields = {field for each in indicators().values() for field in each.facts}
    return sorted(fields | {"industry_code", "subject_kind", "vat_kind", "registration_date"})


PROFILES = st.fixed_dictionaries({name: value_of(catalogue.entries()[name].column) for name in asked()})


def both(run: RiskRun, party: Party):
    """What the statement and the evaluator say of a party."""
    rules = in_force(ON)
    checked = reliefs(rules)
    statement = scanning.judged(rules, checked, run=run.pk, after=party.pk - 1, upto=party.pk)
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.params)
        _party, *row = cursor.fetchone()
    profile = reading.profile(party)
    judged = scanning.judge(rules, checked, profile, peers.of(run, profile["industry_code"]))
    told = {number: scanning.WORDS[status] for number, status in zip(indicators(), row, strict=True)}
    return told, {each.indicator.number: each.verdict for each in judged}


@pytest.fixture
def run():
    city.fill(400, progress=lambda _done: None)
    rules = in_force(ON)
    made = RiskRun.objects.create(on=ON, rules=rules.written(), total=400)
    peers.count(made, rules.least)
    return made


@given(values=PROFILES)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_evaluators_agree_on_any_profile(run, values):
    party = Party.objects.filter(name="边界").first() or factories.company("边界")
    Profile.objects.update_or_create(party=party, defaults=values)
    told, judged = both(run, party)
    assert told == judged


def test_both_evaluators_agree_on_a_whole_invented_city_and_so_do_the_scores(run):
    RiskRun.objects.all().delete()
    started = running.start(Actor.system("risk"))
    running.work()
    started.refresh_from_db()
    assert (started.state, started.done, started.error) == ("done", 400, "")
    scores = {row.party_id: row for row in RiskScore.objects.filter(run=started)}
    rules = in_force(started.on)
    checked = reliefs(rules)
    for party in Party.objects.filter(profile__isnull=False):
        profile = reading.profile(party)
        judged = scanning.judge(rules, checked, profile, peers.of(started, profile["industry_code"]))
        score = scanning.score(rules, judged)
        row = scores.get(party.pk)
        assert (row.score if row else Decimal("0.00")) == score
        if row is not None:
            assert row.hits == [each.indicator.number for each in judged if each.hits]
            assert row.unclear == [each.indicator.number for each in judged if each.verdict == Verdict.UNKNOWN]
            assert row.level == rules.level_of(score)
    assert started.found == len(scores) > 20


@pytest.mark.parametrize(
    ("number", "facts", "verdict"),
    [
        # R10: three million yuan within ninety days; one fen less is not enough.
        (10, {"invoice_sum": 300_000_000, "registration_date": ON - dt.timedelta(days=90)}, Verdict.HIT),
        (10, {"invoice_sum": 299_999_999, "registration_date": ON - dt.timedelta(days=90)}, Verdict.CLEAR),
        (10, {"invoice_sum": 300_000_000, "registration_date": ON - dt.timedelta(days=91)}, Verdict.CLEAR),
        # R13: exactly one per cent is not more than one per cent; 300,000.00 against 299,999.99 yuan.
        (13, {"invoice_net": 30_000_000, "return_net": 29_700_000}, Verdict.CLEAR),
        (13, {"invoice_net": 30_000_000, "return_net": 29_699_999}, Verdict.HIT),
        (13, {"invoice_net": 29_999_999, "return_net": 29_699_999}, Verdict.HIT),
        (13, {"invoice_net": 30_000_000, "return_net": None}, Verdict.UNKNOWN),
        # R07: more than a tenth is a hit, more than a fifth a grave one.
        (7, {"invoices_issued_3m": 100, "invoices_void_3m": 5, "invoices_red_3m": 5}, Verdict.CLEAR),
        (7, {"invoices_issued_3m": 100, "invoices_void_3m": 6, "invoices_red_3m": 5}, Verdict.HIT),
        (7, {"invoices_issued_3m": 100, "invoices_void_3m": 16, "invoices_red_3m": 5}, Verdict.SEVERE),
        # R24: more than thirty employees on the average, and only from the month the fund is due.
        (
            24,
            {"employees_avg": Decimal("30.00"), "disabled_ratio_bp": 0, "disabled_fund_declared": False},
            Verdict.CLEAR,
        ),
        (24, {"employees_avg": Decimal("30.01"), "disabled_ratio_bp": 0, "disabled_fund_declared": False}, Verdict.HIT),
        (
            24,
            {"employees_avg": Decimal("30.01"), "disabled_ratio_bp": 150, "disabled_fund_declared": False},
            Verdict.CLEAR,
        ),
        # R01 needs what is usual in the trade; of a trade nobody is known in, it cannot be told.
        (
            1,
            {"vat_kind": "general", "taxable_sales_12m": 10**9, "vat_paid_12m": 0, "industry_code": "Z0000"},
            Verdict.UNKNOWN,
        ),
        (1, {"vat_kind": "small", "taxable_sales_12m": 10**9, "vat_paid_12m": 0}, Verdict.NOT_CONCERNED),
        (1, {"vat_kind": "general", "taxable_sales_12m": 10**9, "vat_paid_12m": 0, "industry_code": "F5191"}, None),
        # R02: the burden falls to less than half of the last three months' mean; exactly half is not less.
        (2, {**SALES, "vat_paid": 500, "vat_paid_m1": 1000, "vat_paid_m2": 1000, "vat_paid_m3": 1000}, Verdict.CLEAR),
        (2, {**SALES, "vat_paid": 499, "vat_paid_m1": 1000, "vat_paid_m2": 1000, "vat_paid_m3": 1000}, Verdict.HIT),
        # R03: sales up by a tenth, tax by less than six tenths of that; or the other way.
        (3, {"vat_kind": "general", "sales": 1100, "sales_prev": 1000, "vat": 1060, "vat_prev": 1000}, Verdict.CLEAR),
        (3, {"vat_kind": "general", "sales": 1100, "sales_prev": 1000, "vat": 1059, "vat_prev": 1000}, Verdict.HIT),
        (3, {"vat_kind": "general", "sales": 1100, "sales_prev": 1000, "vat": 999, "vat_prev": 1000}, Verdict.HIT),
        # R04: input VAT grows by more than a tenth of the output's growth above it.
        (4, {**INPUT, "input_vat": 1110}, Verdict.CLEAR),
        (4, {**INPUT, "input_vat": 1111}, Verdict.HIT),
        # R31: a relief taken although the company is no high-tech enterprise.
        (31, {"cit_hnte_reduction": True, "hnte_valid": False}, Verdict.HIT),
        (31, {"cit_hnte_reduction": True, "hnte_valid": None}, Verdict.UNKNOWN),
    ],
)
def test_indicators_change_their_mind_exactly_at_the_threshold(run, number, facts, verdict):
    party = factories.company("边界")
    Profile.objects.create(party=party, subject_kind="enterprise", **facts)
    told, judged = both(run, party)
    assert told[number] == judged[number]
    assert verdict is None or told[number] == verdict


def scanned_again() -> RiskRun:
    started = running.start(Actor.system("risk"))
    running.work()
    started.refresh_from_db()
    return started


@pytest.mark.usefixtures("run")
def test_another_threshold_tried_gives_what_a_run_by_it_gives():
    run = scanned_again()
    rules = in_force(clock.today())
    other = {"mid": Decimal("0.05"), "high": Decimal("0.1")}
    rules = replace(rules, thresholds={**rules.thresholds, 7: {**rules.thresholds[7], **other}})
    tried = tuning.try_on(run, rules)
    for name, value in other.items():
        Parameter.objects.filter(code=indicators()[7].parameter(name)).update(value=str(value))
    levels = list(RiskScore.objects.filter(run=scanned_again()).values_list("level", flat=True))
    assert (tried.reminders, tried.assessments, tried.audits) == tuple(
        levels.count(level) for level in ("reminder", "assessment", "audit")
    )
    assert tried != tuning.try_on(run, read(run.rules))  # it made a difference
