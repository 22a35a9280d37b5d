"""Dual monitoring: who misses, who takes wrongly, the same in SQL as one by one; and the tasks that follow."""

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from apps.kernel.casework import cases
from apps.kernel.facts import city, reading
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.rules import predicates
from apps.services.entitlement import checks, estimates, matching, standing
from apps.services.entitlement.models import Finding, MonitorCount
from tests import factories
from tests.factories_policies import SMALL_PROFIT, know, payer, policy, push

pytestmark = pytest.mark.django_db
REASON = {"reason": "与申报表核对。"}


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel(dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC), tick=False):
        yield


def kinds(code: str) -> dict[str, tuple[int, Decimal]]:
    rows = MonitorCount.objects.filter(policy=policy(code))
    return {row.kind: (row.parties, row.amount) for row in rows}


def test_who_fits_and_does_not_take_misses_it():
    payer(**SMALL_PROFIT)
    push()
    assert kinds("CIT-SLP") == {"missed": (1, Decimal("600000.00"))}


def test_who_takes_and_does_not_fit_takes_wrongly_once_a_year():
    party = payer(**{**SMALL_PROFIT, "taxable_income": 300_000_001, "cit_slp_reduction": True})
    push()
    push()
    assert kinds("CIT-SLP")["irregular"] == (1, Decimal("600000.00"))
    finding = Finding.objects.get()
    assert (finding.party, finding.amount, finding.year) == (party, Decimal("600000.00"), 2026)


def test_who_takes_and_cannot_be_judged_is_not_accused():
    payer(**{**SMALL_PROFIT, "assets_qavg": None, "cit_slp_reduction": True})
    push()
    assert set(kinds("CIT-SLP")) == {"unclear"}
    assert not Finding.objects.exists()


def test_who_fits_and_takes_is_in_order():
    payer(**SMALL_PROFIT, cit_slp_reduction=True)
    push()
    assert set(kinds("CIT-SLP")) == {"enjoyed"}


def test_policies_whose_enjoyment_shows_nowhere_are_not_monitored():
    payer(subject_kind="natural", house_sale_hold_months=36)
    push()
    assert kinds("VAT-HOUSE-2Y") == {}


def test_the_full_join_says_what_one_by_one_says():
    city.fill(2_000, progress=lambda _done: None)
    push()
    versions = [row for row in matching.matchable(dt.date(2026, 11, 2)).values() if row.policy.enjoyed_field]
    expected, worth = defaultdict(Counter), defaultdict(Decimal)
    for party in Party.objects.filter(profile__isnull=False):
        profile = reading.profile(party)
        for version in versions:
            met = predicates.evaluate(version.condition_tree, profile).met
            takes = bool(profile[version.policy.enjoyed_field])
            kind = {
                (True, True): "enjoyed",
                (True, False): "missed",
                (False, True): "irregular",
                (None, True): "unclear",
            }.get((met, takes))
            if kind:
                expected[version.policy_id][kind] += 1
                worth[kind] += estimates.worth(version.policy.code, profile) or 0
    found, amounts = defaultdict(Counter), defaultdict(Decimal)
    for row in MonitorCount.objects.all():
        found[row.policy_id][row.kind] += row.parties
        amounts[row.kind] += row.amount
    assert found == expected
    assert amounts == worth
    assert Finding.objects.count() == sum(counts["irregular"] for counts in expected.values())


def wrongdoers(office: Office, number: int) -> list[Party]:
    return [
        payer(f"企业{n}", office=office, hnte_valid=False, cit_hnte_reduction=True, taxable_income=1_000_000 * n)
        for n in range(1, number + 1)
    ]


def task(office: Office | None = None):
    office = office or factories.tax_office()
    factories.staff(office, Role.CLERK)
    party = wrongdoers(office, 1)[0]
    push()
    return party, Finding.objects.get().case


def test_an_office_gets_no_more_than_its_clerks_can_carry_and_the_largest_first():
    office = factories.tax_office()
    clerk = factories.staff(office, Role.CLERK)
    wrongdoers(office, 25)
    run = push()
    given = Finding.objects.filter(case__isnull=False).order_by("amount").values_list("amount", flat=True)
    assert run.tasks == 20
    assert given[0] == Decimal("6000.00")
    cases.perform(Finding.objects.filter(case__isnull=False).first().case, "explain", clerk, **REASON)
    assert push().tasks == 1


def test_an_office_without_clerks_gets_nothing():
    wrongdoers(factories.tax_office(), 2)
    assert push().tasks == 0


def test_a_task_keeps_the_reasons_of_its_day():
    party, case = task()
    know(party, hnte_valid=True)
    assert [(step["field"], step["met"]) for step in case.detail.trace] == [("hnte_valid", False)]


def test_a_confirmed_task_tells_the_payer_and_waits_for_the_correction():
    party, case = task()
    clerk = factories.staff(case.office, Role.CLERK, name="周岚")
    case = cases.perform(case, "confirm", clerk, reason="证书已过期。")
    letter = Message.objects.get(party=party, template="entitlement-check")
    assert "证书已过期" in letter.body
    assert case.closed_at is None
    assert cases.perform(case, "correct", clerk, **REASON).closed_at is not None


@pytest.mark.parametrize("action", ["confirm", "explain", "correct"])
def test_only_the_office_in_charge_handles_a_task(action):
    _party, case = task()
    stranger = factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK, name="沈悦")
    auditor = factories.staff(case.office, Role.AUDITOR, name="何审")
    for actor in (stranger, auditor, factories.citizen()):
        with pytest.raises(PermissionDenied):
            cases.perform(case, action, actor, **REASON)
    assert cases.perform(case, action, factories.staff(case.office, Role.CLERK, name="周岚"), **REASON).state != "open"


def test_an_office_sees_its_own_payers_a_bureau_its_district_the_city_all():
    city_office = Office.objects.create(code="sh", name="市税务局", kind=Office.Kind.TAX_CITY)
    bureau = Office.objects.create(
        code="hp", name="黄浦区税务局", kind=Office.Kind.TAX_DISTRICT, district="310101", parent=city_office
    )
    office = factories.tax_office()
    Office.objects.filter(pk=office.pk).update(parent=bureau)
    other = factories.tax_office("浦东新区税务局第五税务所")
    wrongdoers(office, 1)
    wrongdoers(other, 2)
    run = push()

    def seen(where: Office) -> int:
        actor = factories.staff(where, Role.CLERK)
        counted = {group.key: group.parties for group in standing.totals(standing.counts(run, actor))}["irregular"]
        assert len(standing.irregular(policy("CIT-HNTE"), actor, year=2026)) == counted
        return counted

    assert [seen(where) for where in (office, other, bureau, city_office)] == [1, 2, 1, 3]
    assert seen(factories.department()) == 0


def test_the_list_behind_missed_is_as_long_as_the_figure():
    office = factories.tax_office()
    for number in range(3):
        payer(f"企业{number}", office=office, **SMALL_PROFIT)
    payer("已享受", office=office, cit_slp_reduction=True, **SMALL_PROFIT)
    run = push()
    clerk = factories.staff(office, Role.CLERK)
    assert len(standing.missed(run, policy("CIT-SLP"), clerk)) == kinds("CIT-SLP")["missed"][0] == 3


def test_the_procedure_is_for_offices_alone():
    assert checks.PROCEDURE.audience == frozenset()
    with pytest.raises(PermissionDenied):
        cases.open_case(checks.PROCEDURE, factories.citizen(), {})
