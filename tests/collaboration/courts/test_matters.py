"""Courts sell, execute, wind up: taxes computed, claimed by rank, remitted; what is dead is written off (Art 30)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.collaboration.courts import opening
from apps.collaboration.courts.models import CourtRemittance, CourtSale
from apps.kernel.casework import cases
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Account, Charge, Posting
from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar import clock
from tests import factories, factories_judicial
from tests.access.world import World

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def w():
    with time_machine.travel(NOW, tick=False):
        yield factories_judicial.world()


def refused(code: str, call, *args, **kwargs) -> None:
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        call(*args, **kwargs)
    error = refusal.value
    found = next(iter(error.error_dict.values()))[0] if hasattr(error, "error_dict") else error.error_list[0]
    assert found.code == code


def lines_of(case, basis="expected") -> dict[tuple[str, str], Decimal | None]:
    return {(row.bearer, row.levy_id): row.amount for row in case.detail.lines.filter(basis=basis)}


# --- sales -----------------------------------------------------------------------------------------


def test_taxes_of_a_building_are_computed_before_the_bid_and_each_side_bears_its_own(w):
    case = factories_judicial.sale(w)
    assert (case.state, case.office) == ("asked", w.office)
    assert case.clocks.get(term="court-computation").due_at.date() == dt.date(2026, 11, 6)
    case = cases.perform(case, "answer", w.clerk)
    assert (case.state, case.office) == ("answered", w.court.office)
    lines = lines_of(case)
    assert lines["seller", "vat"] == Decimal("900000.00")  # 10,900,000 / 1.09 × 9%
    assert lines["seller", "city-construction"] == Decimal("63000.00")
    assert lines["seller", "education"] == Decimal("27000.00")
    assert lines["seller", "stamp"] == lines["buyer", "stamp"] == Decimal("5000.00")
    assert lines["buyer", "deed"] == Decimal("300000.00")
    assert lines["seller", "land-appreciation"] is None
    letter = IssuedDocument.objects.get(kind="sale-computation", about=case.about)
    assert letter.context["buyer_total"] == "305000.00"
    assert all(row["source"] for row in letter.context["rows"])


def test_a_home_a_person_has_held_for_years_bears_no_vat(w):
    person = factories.citizen("周某", office=w.office).party
    home = {"thing": "home", "price": Decimal("3000000.00"), "area": Decimal(90), "buyer_home": "first"}
    long_held = factories_judicial.sale(w, person, held_months=60, original_value=Decimal("2000000.00"), **home)
    lines = lines_of(cases.perform(long_held, "answer", w.clerk))
    assert lines["seller", "vat"] == Decimal(0)
    assert lines["seller", "iit"] == Decimal("200000.00")
    assert ("seller", "stamp") not in lines
    assert lines["buyer", "deed"] == Decimal("30000.00")
    unknown = factories_judicial.sale(w, person, held_months=6, court_case="（2026）沪0101执2号", **home)
    lines = lines_of(cases.perform(unknown, "answer", w.clerk))
    assert lines["seller", "vat"] > 0
    assert lines["seller", "iit"] is None


@pytest.mark.parametrize(("thing", "sellers"), [("listed", {"stamp", "vat", "cit"}), ("shares", {"stamp", "cit"})])
def test_share_blocks(w, thing, sellers):
    case = cases.perform(factories_judicial.sale(w, thing=thing, price=Decimal("1000000.00")), "answer", w.clerk)
    lines = lines_of(case)
    assert {levy for bearer, levy in lines if bearer == "seller"} == sellers
    assert lines["seller", "stamp"] == Decimal("500.00")


def test_the_court_deducts_from_the_price_and_the_money_lands_on_the_sellers_account(w):
    case = cases.perform(factories_judicial.sale(w), "answer", w.clerk)
    sold = {"price": Decimal("9810000.00"), "sold_on": clock.today()}
    refused("stale", cases.perform, case, "sold", w.court, **{**sold, "sold_on": dt.date(2026, 10, 1)})
    case = cases.perform(case, "sold", w.court, **sold)
    due = lines_of(case, "reached")
    assert due["seller", "vat"] == Decimal("810000.00")
    owed = sum(amount for (bearer, _levy), amount in due.items() if bearer == "seller" and amount)
    assert case.detail.to_remit == owed
    assert Message.objects.filter(party=w.company, template="court-sale").count() == 1
    remit = factories_judicial.remittance
    refused("above_claim", cases.perform, case, "remit", w.court, **remit(str(owed + Decimal("0.01"))))
    cases.perform(case, "remit", w.court, **remit("10000.00", "C-1"))
    refused("twice", cases.perform, case, "remit", w.court, **remit("10000.00", "C-1"))
    refused("stale", cases.perform, case, "remit", w.court, **{**remit("1.00"), "on": dt.date(2026, 10, 29)})
    case = cases.perform(case, "remit", w.court, **remit(str(owed - 10000)))
    assert case.state == "remitted"
    assert not Charge.objects.filter(about=case.about).open()
    assert CourtRemittance.objects.filter(case=case).count() == 2


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(price=st.decimals(min_value=1, max_value=10**9, places=2), thing=st.sampled_from(CourtSale.Thing.values))
def test_no_line_is_negative_or_above_the_price_whatever_is_sold(w, price, thing):
    with transaction.atomic():
        case = factories_judicial.sale(w, thing=thing, price=price, area=Decimal(80), held_months=10)
        lines = lines_of(cases.perform(case, "answer", w.clerk))
        assert all(amount is None or 0 <= amount <= price for amount in lines.values())
        assert all(amount == amount.quantize(Decimal("0.01")) for amount in lines.values() if amount is not None)
        transaction.set_rollback(True)


def test_who_may_not_ask_and_who_is_unknown(w):
    for outsider in (w.clerk, w.bank, w.owner):
        with pytest.raises(PermissionDenied):
            opening.by_court("court-sale", party_code="x", actor=outsider, idempotency_key="outsider")
    refused(
        "unknown_party",
        opening.by_court,
        "court-sale",
        party_code="91310000000000000X",
        actor=w.court,
        idempotency_key="unknown1",
        **factories_judicial.SALE,
    )


# --- arrears from proceeds -------------------------------------------------------------------------


def test_arrears_are_claimed_by_rank_and_what_is_remitted_lands(w):
    old = factories_judicial.overdue(w.company, "1000.00", days=100)
    young = factories_judicial.overdue(w.company, "2000.00", days=10)
    pension = factories_judicial.overdue(w.company, "500.00", days=10, levy="pension")
    case = opening.claim(
        w.company,
        actor=w.clerk,
        idempotency_key="claim-0001",
        court=w.court.office,
        court_case="（2026）沪0101执9号",
        secured_on=clock.today() - dt.timedelta(days=50),
    )
    assert (case.state, case.office) == ("claimed", w.court.office)
    ranks = {(line.charge_id, line.component): line.rank for line in case.claim_lines.all()}
    assert ranks[old.pk, "principal"] == "secured_first"
    assert ranks[young.pk, "principal"] == "unsecured_first"
    assert ranks[pension.pk, "principal"] == "ordinary"
    letter = IssuedDocument.objects.get(kind="arrears-claim", about=case.about)
    assert len(letter.context["rows"]) == case.claim_lines.count() == 6
    assert Message.objects.filter(party=w.company, template="arrears-claimed").count() == 1
    total = sum(line.amount for line in case.claim_lines.all())
    refused("above_claim", cases.perform, case, "remit", w.court, **factories_judicial.remittance(str(total + 1)))
    case = cases.perform(case, "remit", w.court, **factories_judicial.remittance("1000.00"))
    old.refresh_from_db()
    assert (case.state, old.paid) == ("claimed", Decimal("1000.00"))  # the oldest first
    case = cases.perform(case, "remit", w.court, **factories_judicial.remittance(str(total - 1000)))
    assert case.state == "received"
    assert not Charge.objects.filter(party=w.company).open()


def test_nothing_overdue_is_no_claim_and_only_the_office_in_charge_claims(w):
    detail = {"court": w.court.office, "court_case": "x", "secured_on": None}
    refused("nothing_owed", opening.claim, w.company, actor=w.clerk, idempotency_key="claim-0002", **detail)
    for outsider in (w.chief, w.court, factories.staff(factories.tax_office())):
        with pytest.raises(PermissionDenied):
            opening.claim(w.company, actor=outsider, idempotency_key="claim-0003", **detail)


# --- bankruptcy ------------------------------------------------------------------------------------


def told(w):
    factories_judicial.overdue(w.company, "10000.00", days=40)
    factories_judicial.overdue(w.company, "3000.00", days=40, levy="pension")
    return factories_judicial.bankruptcy(w)


def test_claims_are_filed_in_time_by_rank_with_the_late_fee_up_to_acceptance(w):
    case = told(w)
    clock_ = case.clocks.get(term="court-claim")
    assert clock_.due_at.date() == dt.date(2026, 11, 27)
    with time_machine.travel(NOW + dt.timedelta(days=5), tick=False):
        case = cases.perform(case, "prepare", w.clerk)
        with pytest.raises(PermissionDenied):
            cases.perform(case, "file", w.clerk)
        case = cases.perform(case, "file", w.chief)
    ranks = {(line.rank, line.amount) for line in case.claim_lines.all()}
    late_fee = Decimal("200.00")  # forty days, not forty-five
    assert ranks == {
        ("tax", Decimal("10000.00")),
        ("insurance", Decimal("3000.00")),
        ("ordinary", late_fee),
        ("ordinary", Decimal("60.00")),
    }
    assert (case.state, case.office) == ("filed", w.court.office)
    assert IssuedDocument.objects.get(kind="bankruptcy-claim").context["ordinary"] == "260.00"


def test_a_claim_after_the_courts_date_is_refused(w):
    case = cases.perform(told(w), "prepare", w.clerk)
    with time_machine.travel(dt.datetime(2026, 11, 27, 16, 0, 1, tzinfo=dt.UTC), tick=False):
        refused("late", cases.perform, case, "file", w.chief)
        case.refresh_from_db()
        assert case.state == "prepared"
        with pytest.raises(PermissionDenied):
            cases.perform(case, "file_late", w.clerk, reason="漏报。")
        assert cases.perform(case, "file_late", w.chief, reason="最后分配前补充申报。").state == "filed"
    second = cases.perform(factories_judicial.bankruptcy(w, court_case="（2026）沪0101破9号"), "prepare", w.clerk)
    with pytest.raises(PermissionDenied):
        cases.perform(second, "file_late", w.chief, reason="期限未到。")


def test_the_clerk_checks_the_claim_lines_before_preparing_them(w, client):
    case = told(w)
    where = reverse("counter_cases:page", args=[case.number])

    def page(actor):
        World._sign_in(client, actor.user)
        return client.get(where).content.decode()

    seen = page(w.clerk)
    assert "待核对的债权" in seen
    assert all(each in seen for each in ("10,000.00", "3,000.00", "200.00", "第二顺序：社会保险费"))
    assert "待核对的债权" not in page(w.chief)
    assert not case.claim_lines.exists()
    cases.perform(case, "prepare", w.clerk)
    shown = page(w.chief)
    assert "待核对的债权" not in shown
    assert "13,000.00" in shown  # the priority claims together, which the second person files


def test_a_claim_of_many_lines_costs_no_question_more(w, client):
    World._sign_in(client, w.clerk.user)
    case = told(w)
    where = reverse("counter_cases:page", args=[case.number])
    cases.perform(case, "prepare", w.clerk)
    client.get(where)
    with CaptureQueriesContext(connection) as few:
        client.get(where)
    other = factories_judicial.bankruptcy(w, court_case="（2026）沪0101破8号")
    for _each in range(5):
        factories_judicial.overdue(w.company, "700.00")
    cases.perform(other, "prepare", w.clerk)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("counter_cases:page", args=[other.number]))
    assert len(many) <= len(few)


def test_from_objection_over_confirmation_and_distribution_to_the_end(w):
    case = cases.perform(cases.perform(told(w), "prepare", w.clerk), "file", w.chief)
    objection = {"acknowledged_priority": Decimal("12000.00"), "acknowledged_ordinary": Decimal("260.00")}
    too_much = {**objection, "acknowledged_ordinary": Decimal("260.01")}
    refused("above_claim", cases.perform, case, "object", w.court, reason="多", **too_much)
    case = cases.perform(case, "object", w.court, reason="税款计算有误。", **objection)
    assert case.office == w.office
    case = cases.perform(case, "maintain", w.clerk, reason="申报表为证。")
    confirmed = {"confirmed_priority": Decimal("13000.00"), "confirmed_ordinary": Decimal("260.00")}
    refused(
        "above_claim", cases.perform, case, "confirm", w.court, **{**confirmed, "confirmed_priority": Decimal(13001)}
    )
    case = cases.perform(case, "confirm", w.court, **confirmed)
    refused("above_claim", cases.perform, case, "distribute", w.court, **factories_judicial.remittance("13260.01"))
    case = cases.perform(case, "distribute", w.court, **factories_judicial.remittance("4000.00"))
    case = cases.perform(case, "terminate", w.court, reason="裁定终结。")
    assert (case.state, case.office) == ("dead", w.office)
    case = cases.perform(case, "propose_write_off", w.clerk, reason="无财产可分配。")
    both = factories.staff(w.office, "clerk", "chief", name="一人")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "write_off", w.clerk, reason="同意")
    case = cases.perform(case, "write_off", both, reason="同意核销。")
    assert case.state == "written_off"
    assert not Charge.objects.filter(party=w.company).open()
    assert sum(Posting.objects.filter(account=Account.RECEIVABLE).values_list("amount", flat=True)) == 0


def test_an_accepted_objection_confirms_what_the_administrator_acknowledged(w):
    case = cases.perform(cases.perform(told(w), "prepare", w.clerk), "file", w.chief)
    acknowledged = {"acknowledged_priority": Decimal("12000.00"), "acknowledged_ordinary": Decimal(0)}
    case = cases.perform(case, "object", w.court, reason="核减。", **acknowledged)
    case = cases.perform(case, "accept_objection", w.clerk, reason="属实。")
    assert (case.state, case.detail.confirmed) == ("confirmed", Decimal("12000.00"))


def test_a_bankruptcy_is_told_once(w):
    first = told(w)
    refused("twice", factories_judicial.bankruptcy, w, court_case=first.detail.court_case)
    refused("claim_by", factories_judicial.bankruptcy, w, claim_by=clock.today())
    refused("accepted_on", factories_judicial.bankruptcy, w, accepted_on=clock.today() + dt.timedelta(days=1))


def test_one_person_never_writes_off_alone(w):
    charge = factories_judicial.overdue(w.company)
    with pytest.raises(PermissionDenied):
        charges.write_off(charge, reason="x", proposed_by=w.chief.user, actor=w.chief)
    assert charges.write_off(charge, reason="x", proposed_by=w.clerk.user, actor=w.chief) == (
        Decimal("10000.00"),
        Decimal("200.00"),
    )
    assert charges.write_off(charge, reason="x", proposed_by=w.clerk.user, actor=w.chief) == (0, 0)


def test_a_day_is_a_day_in_shanghai_from_midnight_on(w):
    with time_machine.travel(dt.datetime(2026, 11, 26, 16, 30, tzinfo=dt.UTC), tick=False):  # past midnight in Shanghai
        case = cases.perform(factories_judicial.sale(w), "answer", w.clerk)
        sold = {"price": Decimal("9810000.00"), "sold_on": dt.date(2026, 11, 26)}  # the day before it was asked
        refused("stale", cases.perform, case, "sold", w.court, **sold)
        assert cases.perform(case, "sold", w.court, **{**sold, "sold_on": dt.date(2026, 11, 27)}).state
