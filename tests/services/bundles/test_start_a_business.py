"""Starting a business: one application through market, police, tax, hrss and medical insurance (Art 10)."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.standard import REFUSED
from apps.kernel.notifications.models import Message
from apps.kernel.parties.acting import taxpayer_actor
from apps.kernel.parties.models import Mandate, Organisation, User
from apps.services.bundles import progress
from tests import factories
from tests import factories_bundles as bundles

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Every department with somebody at work, and a citizen who starts a business."""
    people = bundles.departments()
    people.applicant = factories.citizen("周思远", office=people.tax)
    return people


def states(whole: Case) -> dict[str, str]:
    return {each.part.code: each.state.code for each in progress.standings(whole)}


def open_parts(whole: Case) -> set[str]:
    return set(whole.parts.filter(closed_at__isnull=True).values_list("part", flat=True))


def market_done(world, whole: Case) -> None:
    bundles.approve(bundles.part(whole, "market"), world.market, number=factories.credit_code())


def test_only_the_part_that_waits_for_nothing_opens_first(world):
    whole = bundles.business_started(world.applicant)
    assert (whole.state, open_parts(whole)) == ("running", {"market"})
    assert bundles.part(whole, "market").office.code == "market"
    assert states(whole) == {
        "market": "submitted",
        "seal": "waiting",
        "tax": "waiting",
        "hrss": "waiting",
        "medical": "waiting",
    }


def test_parts_run_side_by_side_and_in_order_until_the_whole_completes(world):
    whole = bundles.business_started(world.applicant)
    market_done(world, whole)
    assert open_parts(whole) == {"seal", "tax", "hrss"}

    bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, amount="100000.00")
    assert open_parts(whole) == {"seal", "hrss"}
    bundles.approve(bundles.part(whole, "hrss"), world.hrss, number="SB310101000123")
    assert open_parts(whole) == {"seal", "medical"}
    bundles.approve(bundles.part(whole, "seal"), world.police, number="YZ2026-00088")
    whole.refresh_from_db()
    assert whole.state == "running"

    bundles.approve(bundles.part(whole, "medical"), world.medical, number="YB310101000456")
    whole.refresh_from_db()
    assert (whole.state, whole.closed_at is not None) == ("completed", True)
    assert [step.action for step in whole.steps.all()] == ["submit", *["advance"] * 5, "complete"]
    assert not whole.clocks.filter(stopped_at__isnull=True).exists()


def test_the_company_is_on_the_register_and_its_founder_acts_for_it(world):
    whole = bundles.business_started(world.applicant)
    code = factories.credit_code()
    bundles.approve(bundles.part(whole, "market"), world.market, number=code)
    assert not Organisation.objects.filter(uscc=code).exists()
    bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, amount="100000.00")
    company = Organisation.objects.get(uscc=code).party
    assert (company.name, company.office) == (whole.detail.name, world.tax)
    found = taxpayer_actor(world.applicant.user, company.ref)
    assert found.mandate.kind == Mandate.Kind.LEGAL


def test_a_company_known_already_stays_as_it_is_and_nobody_gains_a_mandate(world):
    known = factories.company("上海旧有企业有限公司", office=world.tax)
    whole = bundles.business_started(world.applicant)
    bundles.approve(bundles.part(whole, "market"), world.market, number=known.organisation.uscc)
    bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, amount="100000.00")
    known.refresh_from_db()
    assert known.name == "上海旧有企业有限公司"
    assert not Mandate.objects.filter(principal=known).exists()


def test_nobody_hired_means_no_insurance_parts(world):
    whole = bundles.business_started(world.applicant, hires="no", headcount=None, seal="no")
    assert set(states(whole)) == {"market", "tax"}
    market_done(world, whole)
    bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, amount="0.00")
    whole.refresh_from_db()
    assert whole.state == "completed"


def test_a_refusal_stops_what_depends_on_it_and_nothing_else(world):
    whole = bundles.business_started(world.applicant)
    market_done(world, whole)
    hrss = cases.perform(bundles.part(whole, "hrss"), "accept", world.hrss)
    cases.perform(hrss, "refuse", world.hrss, clause="《社会保险法》第五十七条", reason="所填人数与用工备案不符。")

    assert states(whole) == {
        "market": "approved",
        "seal": "submitted",
        "tax": "submitted",
        "hrss": "refused",
        "medical": "stopped",
    }
    told = whole.steps.filter(action="advance").last().said
    assert "用人单位医疗保险登记依靠它的结果，不再办理。" in told
    assert "税务登记和发票额度不受影响，继续办理。" in told
    assert Message.objects.filter(party=world.applicant.party, about=whole.about, body__contains="不受影响").exists()

    bundles.approve(bundles.part(whole, "tax"), world.clerk, world.chief, amount="100000.00")
    bundles.approve(bundles.part(whole, "seal"), world.police, number="YZ2026-00089")
    whole.refresh_from_db()
    assert whole.state == "ended"


def test_progress_is_told_in_the_language_of_whoever_reads_it(world):
    User.objects.filter(pk=world.applicant.user.pk).update(language="en")
    whole = bundles.business_started(world.applicant)
    market_done(world, whole)
    step = whole.steps.filter(action="advance").last()
    assert step.said.startswith("企业设立登记：已核准。\n现在开始：")
    with translation.override("en"):
        decided, begins, *_rest = step.said.splitlines()
    assert (decided, begins) == (
        "Register the business: Approved.",
        "Now starting: Company seal (上海市公安局).",
    )
    letter = Message.objects.filter(party=world.applicant.party, template="bundle-progress").last()
    assert decided in letter.body
    assert "企业设立登记" not in letter.body


def test_a_refusal_looked_at_again_brings_the_whole_back(world):
    whole = bundles.business_started(world.applicant, hires="no", seal="no")
    market = cases.perform(bundles.part(whole, "market"), "accept", world.market)
    cases.perform(market, "refuse", world.market, clause="《市场主体登记管理条例》第十九条", reason="名称重复。")
    whole.refresh_from_db()
    assert (whole.state, states(whole)["tax"]) == ("ended", "stopped")

    market = cases.perform(bundles.part(whole, "market"), "reopen", world.market, reason="名称已更改。")
    whole.refresh_from_db()
    assert (whole.state, whole.closed_at, states(whole)["tax"]) == ("running", None, "waiting")
    cases.perform(market, "approve", world.market, number=factories.credit_code())
    assert open_parts(whole) == {"tax"}


def test_withdrawing_stops_the_parts_under_way_and_opens_no_other(world):
    whole = bundles.business_started(world.applicant)
    market_done(world, whole)
    cases.perform(whole, "withdraw", world.applicant, reason="改变了计划。")
    whole.refresh_from_db()
    assert (whole.state, open_parts(whole)) == ("withdrawn", set())
    assert states(whole)["market"] == "approved"
    assert not whole.parts.filter(part="medical").exists()


def test_while_a_part_waits_for_the_applicant_the_clock_of_the_whole_stands_still(world):
    whole = bundles.business_started(world.applicant)
    market_done(world, whole)
    clock = whole.clocks.get(stopped_at__isnull=True)
    for code, officer in (("hrss", world.hrss), ("seal", world.police)):
        cases.perform(bundles.part(whole, code), "ask_supplement", officer, reason="请补充说明。")
    assert clock.pauses.filter(ended_at__isnull=True).count() == 1
    cases.perform(bundles.part(whole, "hrss"), "supply", world.applicant, reason="已补充。")
    assert clock.pauses.filter(ended_at__isnull=True).count() == 1  # the seal still waits
    cases.perform(bundles.part(whole, "seal"), "supply", world.applicant, reason="已补充。")
    assert not clock.pauses.filter(ended_at__isnull=True).exists()


def test_a_wrong_credit_code_is_named_and_nothing_moves(world):
    whole = bundles.business_started(world.applicant)
    market = cases.perform(bundles.part(whole, "market"), "accept", world.market)
    with pytest.raises(ValidationError) as refusal:
        cases.perform(market, "approve", world.market, number="91310000000000012X")
    assert "统一社会信用代码不正确" in refusal.value.message_dict["number"][0]
    assert (open_parts(whole), bundles.part(whole, "market").state) == ({"market"}, "handling")


def test_a_tax_clerk_does_not_approve_their_own_part(world):
    whole = bundles.business_started(world.applicant)
    market_done(world, whole)
    both = factories.staff(world.tax, "clerk", "chief", name="两岗一人")
    tax = cases.perform(bundles.part(whole, "tax"), "accept", both)
    with pytest.raises(cases.PermissionDenied, match="另一位同事"):
        cases.perform(tax, "approve", both, amount="1.00")


@pytest.mark.parametrize("who", ["applicant", "market", "clerk"])
def test_nobody_opens_a_part_by_itself(world, who):
    with pytest.raises(cases.PermissionDenied, match="随整件事一起办理"):
        cases.open_case(procedures.get("start-business-market"), getattr(world, who), {})
    assert not Case.objects.exists()


def test_the_applicant_can_neither_decide_a_part_nor_move_the_whole(world):
    whole = bundles.business_started(world.applicant)
    for case, action in ((bundles.part(whole, "market"), "accept"), (whole, "complete"), (whole, "advance")):
        with pytest.raises(cases.PermissionDenied):
            cases.perform(case, action, world.applicant)
    assert REFUSED not in states(whole).values()
