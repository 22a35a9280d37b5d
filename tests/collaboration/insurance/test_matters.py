"""Refunds pass from the agency to the tax office and back to the payer; disputes go to who can answer (Art 24)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.collaboration.insurance import matters
from apps.collaboration.insurance.models import InsuranceBill
from apps.kernel.casework import cases
from apps.kernel.ledger.models import Charge, Overpayment, Refund
from apps.kernel.notifications.models import Message
from tests import factories, factories_ledger
from tests import factories_insurance as make
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(world):
    """A citizen who paid 800 yuan of pension contributions."""
    make.delivered(world.hrss, make.line(world.citizen.party))
    bill = InsuranceBill.objects.get()
    factories_ledger.paid(bill.charge, actor=world.citizen)
    world.bill = bill
    return world


def test_of_a_bill_nobody_has_paid_nothing_can_be_asked_back_and_the_page_says_what_can(world):
    make.delivered(world.hrss, make.line(world.citizen.party))
    world.bill = InsuranceBill.objects.get()
    client, mine = signed_in(world.citizen), f"/as/{world.citizen.party.ref}/insurance/"
    link = f"{mine}bills/{world.bill.ref}/refund/"
    assert link not in client.get(mine).content.decode()
    page = client.get(link).content.decode()
    assert "没有可退的" in page
    assert "insurance-dispute" in page
    assert "送经办部门核实" not in page
    with pytest.raises(ValidationError, match="没有可退的"):
        asked(world)


def asked(world, claimed: str = "300.00", key: str = "refund-1"):
    """An application for a refund."""
    return matters.ask_back(world.bill, claimed=Decimal(claimed), reason="基数有误", actor=world.citizen, key=key)


def test_a_refund_is_verified_by_the_agency_and_carried_out_by_the_tax_office(paid):
    case = asked(paid)
    assert (case.office, case.state) == (paid.hrss.office, "submitted")
    assert [clock.term for clock in case.clocks.filter(stopped_at=None)] == ["insurance-refund-verify"]
    case = cases.perform(case, "verify", paid.hrss, amount=Decimal("500.00"), reason="基数应为 6250 元")
    assert (case.office, case.state) == (paid.office, "verified")
    assert [clock.term for clock in case.clocks.filter(stopped_at=None)] == ["insurance-refund-pay"]
    with pytest.raises(PermissionDenied):
        cases.perform(case, "approve", paid.clerk)
    case = cases.perform(case, "approve", paid.chief)
    charge = Charge.objects.get()
    assert (case.state, charge.amount, charge.paid) == ("approved", Decimal("500.00"), Decimal("500.00"))
    assert (Overpayment.objects.get().amount, Refund.objects.get().amount) == (Decimal("300.00"), Decimal("300.00"))
    assert Refund.objects.get().requested_by == paid.citizen.user
    assert Message.objects.filter(party=paid.citizen.party, template="case-decided").exists()


def test_another_agency_cannot_verify_and_more_than_owed_is_no_refund(paid):
    case = asked(paid)
    for refused in (paid.medical, paid.clerk, paid.chief, paid.citizen):
        with pytest.raises(PermissionDenied):
            cases.perform(case, "verify", refused, amount=Decimal("1.00"), reason="x")
    with pytest.raises(ValidationError):
        cases.perform(case, "verify", paid.hrss, amount=Decimal("800.00"), reason="没有差额")
    case = cases.perform(case, "refuse", paid.hrss, clause="社会保险法第六十条", reason="基数无误")
    assert (case.state, Charge.objects.get().amount) == ("refused", Decimal("800.00"))


def test_a_refund_is_asked_once_for_less_than_owed_and_only_of_ones_own(paid):
    client, mine = signed_in(paid.citizen), f"/as/{paid.citizen.party.ref}/insurance/"
    link = f"{mine}bills/{paid.bill.ref}/refund/"
    assert link in client.get(mine).content.decode()
    first = asked(paid)
    assert asked(paid).pk == first.pk
    assert link not in client.get(mine).content.decode()  # one is open
    with pytest.raises(ValidationError):
        asked(paid, key="refund-2")
    with pytest.raises(ValidationError):
        asked(paid, claimed="800.00", key="refund-3")
    paid.citizen = factories.citizen("别人", office=paid.office)
    with pytest.raises(ValidationError):
        asked(paid, key="refund-4")


@pytest.mark.parametrize(("subject", "who"), [("base", "hrss"), ("benefit", "medical"), ("collection", "clerk")])
def test_a_dispute_goes_to_whoever_can_answer_and_the_payer_is_told(world, subject, who):
    detail = {"subject": subject, "period": "2026-09", "reason": "基数高于我的工资"}
    case = cases.open_submitted(matters.INSURANCE_DISPUTE, world.citizen, detail, idempotency_key=f"d-{subject}")
    answerer = getattr(world, who)
    assert case.office == answerer.office
    assert case.clocks.get().term == "insurance-dispute-answer"
    for other in {world.hrss, world.medical, world.clerk, world.citizen} - {answerer}:
        with pytest.raises(PermissionDenied):
            cases.perform(case, "approve", other, reason="x")
    case = cases.perform(case, "approve", answerer, reason="已更正，下月起按实际工资。")
    assert (case.state, case.clocks.get().stopped_at is not None) == ("approved", True)
    assert str(case.standing.label) == "异议成立"
    assert Message.objects.filter(party=world.citizen.party, template="case-decided").exists()
