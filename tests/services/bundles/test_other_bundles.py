"""Closing a business, insuring oneself, a newborn child, a home that changes hands (Arts 10, 24, 28)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from apps.collaboration.registry import checking
from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import HeldPaper
from apps.kernel.ledger import certificates
from apps.kernel.ledger.models import Charge
from apps.kernel.workcalendar import clock
from apps.services.bundles import progress
from tests import factories, factories_ledger
from tests import factories_bundles as bundles

pytestmark = pytest.mark.django_db

HOME = {
    "certificate": "沪（2019）黄字不动产权第000123号",
    "district": "310101",
    "address": "黄浦区瞿溪路 900 弄 5 号 301 室",
    "area": "89.50",
    "seller": "林建国",
    "contract": "WQ20261100456",
    "signed_on": dt.date(2026, 11, 2),
    "price": "6800000.00",
    "home": "first",
    "phone": "13800010101",
}
INSURED = {
    "work": "platform",
    "since": dt.date(2026, 11, 1),
    "base": "7460.00",
    "medical": "no",
    "phone": "13800010101",
}
CHILD = {
    "child_name": "周知夏",
    "child_sex": "F",
    "born_on": dt.date(2026, 10, 8),
    "birth_certificate": "V310000123",
    "district": "310101",
    "address": "黄浦区瞿溪路 900 弄 5 号 301 室",
    "low_income": "no",
    "phone": "13800010101",
}


@pytest.fixture
def world():
    people = bundles.departments()
    people.person = factories.citizen("周思远", office=people.tax)
    return people


def submitted(code: str, applicant, answers: dict, *papers: str) -> Case:
    case = cases.open_case(procedures.get(code), applicant, answers)
    for kind in papers:
        cases.attach(case, kind, applicant, file=bundles.scan(f"{kind}.png"))
    return cases.perform(case, "submit", applicant)


def states(whole: Case) -> dict[str, str]:
    return {each.part.code: each.state.code for each in progress.standings(whole)}


def test_a_business_closes_from_tax_to_the_register(world):
    owner = factories.representative(factories.company(office=world.tax))
    answers = {
        "reason": "resolved",
        "liquidated_on": dt.date(2026, 10, 30),
        "invoices": "yes",
        "employees": "yes",
        "settled": "yes",
        "keeper": "高文涛",
        "phone": "02163000001",
    }
    whole = submitted("close-business", owner, answers, "resolution", "liquidation-report")
    assert [case.part for case in whole.parts.all()] == ["tax"]
    bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, number="QS2026-1")
    bundles.approve(bundles.part(whole, "medical"), world.medical)
    assert states(whole)["market"] == "waiting"
    bundles.approve(bundles.part(whole, "hrss"), world.hrss)
    bundles.approve(bundles.part(whole, "market"), world.market, number="沪市监注〔2026〕1号")
    whole.refresh_from_db()
    assert whole.state == "completed"


def test_insurance_without_medical_leaves_that_part_out(world):
    whole = submitted("flexible-insurance", world.person, INSURED)
    assert states(whole) == {"hrss": "submitted", "tax": "waiting"}
    bundles.approve(bundles.part(whole, "hrss"), world.hrss, number="GS-1")
    bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, amount="1790.40")
    whole.refresh_from_db()
    assert whole.state == "completed"
    charge = Charge.objects.get(party=world.person.party)
    assert (charge.levy_id, charge.amount) == ("pension", Decimal("1790.40"))
    assert charge.period_start > clock.today()  # from next month on


def test_medical_insurance_applied_for_is_charged_too_and_cannot_be_forgotten(world):
    answers = {**INSURED, "medical": "yes"}
    whole = submitted("flexible-insurance", world.person, answers)
    bundles.approve(bundles.part(whole, "hrss"), world.hrss, number="GS-1")
    bundles.approve(bundles.part(whole, "medical"), world.medical, number="YB-1")
    with pytest.raises(ValidationError) as refused:
        bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, amount="1790.40")
    assert "medical_amount" in refused.value.message_dict
    assert not Charge.objects.exists()
    tax = cases.perform(bundles.part(whole, "tax"), "approve", world.chief, amount="1790.40", medical_amount="746.00")
    assert tax.closed_at is not None
    charged = Charge.objects.filter(party=world.person.party).values_list("levy", "amount")
    assert set(charged) == {("pension", Decimal("1790.40")), ("medical", Decimal("746.00"))}


def test_a_newborn_gets_its_number_first_and_everybody_else_uses_it(world):
    whole = submitted("newborn", world.person, CHILD, "birth-certificate")
    number = factories.identity_number(CHILD["born_on"])
    bundles.approve(bundles.part(whole, "police"), world.police, number=number)
    assert states(whole) == {
        "police": "approved",
        "hrss": "submitted",
        "medical": "submitted",
        "tax": "waiting",
    }


def test_a_child_born_tomorrow_is_refused_with_a_way_to_mend_it(world):
    with pytest.raises(ValidationError, match="出生日期不能晚于今天"):
        submitted("newborn", world.person, {**CHILD, "born_on": dt.date(2099, 1, 1)}, "birth-certificate")


def test_a_home_changes_hands_with_its_deed_tax_paid_and_checked(world, django_capture_on_commit_callbacks):
    whole = submitted("property-transfer", world.person, HOME, "contract")
    bundles.approve(bundles.part(whole, "planning"), world.planning, number="GH2026-1")
    tax = cases.perform(bundles.part(whole, "tax"), "accept", world.clerk)
    with pytest.raises(cases.PermissionDenied):
        cases.perform(tax, "assess", world.clerk)
    tax = cases.perform(tax, "assess", world.chief)
    charge = Charge.objects.get(about=tax.about)
    assert (tax.state, charge.levy_id, charge.amount) == ("paying", "deed", Decimal("68000.00"))
    assert states(whole)["registry"] == "waiting"

    with django_capture_on_commit_callbacks(execute=True):
        factories_ledger.paid(charge, actor=world.person)
    assert states(whole)["tax"] == "approved"
    (certificate,) = certificates.issued_about(tax.about)

    registration = cases.perform(bundles.part(whole, "registry"), "accept", world.registry)
    with pytest.raises(ValidationError, match=certificate.number):
        cases.perform(registration, "approve", world.registry, number="沪（2026）黄字不动产权第000999号")
    checking.check(
        asked=certificate.number,
        payer=world.person.party.name,
        matter="real_estate",
        matter_number=registration.number,
        actor=world.registry,
    )
    cases.perform(registration, "approve", world.registry, number="沪（2026）黄字不动产权第000999号")
    whole.refresh_from_db()
    assert whole.state == "completed"
    kept = HeldPaper.objects.get(party=world.person.party, kind="property-certificate")
    assert (kept.source, kept.number) == ("matter", "沪（2026）黄字不动产权第000999号")


def test_a_transfer_withdrawn_before_payment_owes_nothing(world):
    whole = submitted("property-transfer", world.person, HOME, "contract")
    bundles.approve(bundles.part(whole, "planning"), world.planning, number="GH2026-2")
    tax = cases.perform(bundles.part(whole, "tax"), "accept", world.clerk)
    tax = cases.perform(tax, "assess", world.chief)
    cases.perform(whole, "withdraw", world.person, reason="买卖双方解除了合同。")
    assert Charge.objects.get(about=tax.about).amount == 0
    assert states(whole)["tax"] == "withdrawn"


@pytest.mark.parametrize(
    ("home", "area", "tax"),
    [("first", "140.00", "68000.00"), ("first", "140.01", "102000.00"), ("second", "150.00", "136000.00")],
)
def test_the_deed_tax_follows_the_home_and_its_area(world, home, area, tax):
    whole = submitted("property-transfer", world.person, {**HOME, "home": home, "area": area}, "contract")
    bundles.approve(bundles.part(whole, "planning"), world.planning, number="GH2026-3")
    case = cases.perform(bundles.part(whole, "tax"), "accept", world.clerk)
    assert cases.perform(case, "assess", world.chief).detail.amount == Decimal(tax)


def test_a_contract_older_than_the_law_held_here_is_refused_before_anything_is_written(world):
    with pytest.raises(ValidationError) as refusal:
        submitted("property-transfer", world.person, {**HOME, "signed_on": dt.date(2001, 1, 1)}, "contract")
    assert "signed_on" in refusal.value.message_dict
    assert not Case.objects.filter(parent__isnull=False).exists()
