"""Property is priced, reviewed and taxed on the conclusion: two people, one account, one document in force (Art 27)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.collaboration.price import assessment, pricing, procedure, receiving, steps
from apps.collaboration.price.models import PriceConclusion, PriceMessage
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents import checking as documents
from apps.kernel.documents.models import IssuedDocument, Upload
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Charge
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Role
from tests import factories, factories_collaboration, factories_doors
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False) as moment:

        class There:
            tax = factories.tax_office()
            clerk = factories.staff(tax, Role.CLERK)
            chief = factories.staff(tax, Role.CHIEF, name="方志远")
            above = factories.staff(factories.department("市发展改革委"), Role.OFFICER, name="白若谷")
            bureau = factories.department("市价格认定中心")
            officer = factories.staff(bureau, Role.OFFICER, name="万秋实")
            payer = factories.company(office=tax)
            clock = moment

        There.bureau.parent = There.above.office
        There.bureau.save()
        yield There


@pytest.fixture
def case(world) -> Case:
    return factories_collaboration.priced(world.clerk, world.bureau, world.payer)


def do(case: Case, action: str, actor, **data) -> Case:
    return cases.perform(case, action, actor, **data)


def price_all(case: Case, actor, lathe: str = "65000.00") -> None:
    pricing.price(case, 1, method="market", unit_price=Decimal(lathe), note="", actor=actor)
    pricing.price(case, 2, method="market", unit_price=Decimal("20400.00"), note="当日均价", actor=actor)


def concluded(world, case: Case) -> Case:
    do(case, "accept", world.officer)
    price_all(case, world.officer)
    return do(case, "conclude", world.officer, reason="经查勘和市场调查。")


def test_a_conclusion_has_a_price_for_every_item_a_number_and_a_check_code(world, case):
    assert case.clocks.get(term="price-accept").due_at.date() == dt.date(2026, 11, 2)
    do(case, "accept", world.officer)
    assert case.clocks.get(term="price-conclude").due_at.date() == dt.date(2026, 11, 6)
    pricing.price(case, 1, method="market", unit_price=Decimal("65000.00"), note="", actor=world.officer)
    with pytest.raises(ValidationError) as refusal:
        do(case, "conclude", world.officer, reason="还差一项。")
    assert "第 2 项" in str(refusal.value)
    price_all(case, world.officer)
    case = do(case, "conclude", world.officer, reason="经查勘和市场调查。")
    conclusion = PriceConclusion.objects.get()
    assert conclusion.total == Decimal("385000.00")
    assert conclusion.document.number.startswith("市发展改革委价〔2026〕")
    assert documents.check(conclusion.document.code).state == "valid"
    assert conclusion.document.context["rows"][1]["amount"] == "255000.00"
    assert Message.objects.filter(party=world.payer, template="price-concluded").exists()


def test_a_supplement_pauses_the_clock_and_the_tax_office_supplies(world, case):
    case = do(case, "ask_supplement", world.officer, reason="请补充购置发票。")
    world.clock.move_to(dt.datetime(2026, 11, 3, 2, 0, tzinfo=dt.UTC))
    paper = SimpleUploadedFile("invoice.xml", b"<i/>", "application/xml")
    case = do(case, "supply", world.clerk, reason="已补充。", evidence=paper)
    assert case.state == "submitted"
    assert case.clocks.get(term="price-accept").due_at.date() == dt.date(2026, 11, 6)
    assert Upload.objects.get(about=case.about).office == world.tax
    assert do(case, "accept", world.officer).state == "handling"


def test_the_superior_body_upholds_or_changes_and_the_old_document_is_revoked(world, case):
    case = concluded(world, case)
    before = PriceConclusion.objects.get()
    case = do(case, "ask_review", world.clerk, reason="机床成新率偏低。")
    assert case.office == world.above.office
    with pytest.raises(ValidationError):
        do(case, "change", world.above, reason="没有变化。")
    with pytest.raises(PermissionDenied):
        pricing.price(case, 1, method="market", unit_price=Decimal("1.00"), note="", actor=world.officer)
    pricing.price(case, 1, method="cost", unit_price=Decimal("70000.00"), note="", actor=world.above)
    case = do(case, "change", world.above, reason="成新率调整为八成。")
    after = steps.in_force(case)
    before.refresh_from_db()
    assert (before.replaced_by, after.total) == (after, Decimal("395000.00"))
    assert before.items.get(item__place=1).amount == Decimal("130000.00")
    old = documents.check(before.document.code)
    assert (old.state, old.replacement) == ("revoked", after.document.number)


def test_a_review_is_asked_in_time_and_of_a_body_above(world, case):
    concluded(world, case)
    world.clock.move_to(dt.datetime(2027, 1, 5, 2, 0, tzinfo=dt.UTC))
    with pytest.raises(ValidationError):
        do(case, "ask_review", world.clerk, reason="太晚。")
    world.clock.move_to(dt.datetime(2026, 11, 5, 2, 0, tzinfo=dt.UTC))
    case = do(case, "ask_review", world.clerk, reason="偏低。")
    assert do(case, "uphold", world.above, reason="结论正确。").state == "reviewed"
    other = factories.department("另一价格认定机构")
    alone = factories_collaboration.priced(world.clerk, other, world.payer)
    officer = factories.staff(other, Role.OFFICER, name="马清")
    concluded_there = do(alone, "accept", officer)
    price_all(concluded_there, officer)
    do(alone, "conclude", officer, reason="x")
    with pytest.raises(ValidationError):
        do(alone, "ask_review", world.clerk, reason="没有上级。")


def test_only_the_bureau_that_holds_the_case_prices_and_concludes(world, case):
    do(case, "accept", world.officer)
    stranger = factories.staff(factories.department("别的部门"), Role.OFFICER, name="江晓波")
    for who in (world.clerk, stranger, factories.citizen()):
        with pytest.raises(PermissionDenied):
            pricing.price(case, 1, method="market", unit_price=Decimal("1.00"), note="", actor=who)
        with pytest.raises(PermissionDenied):
            do(case, "conclude", who, reason="越权")
    with pytest.raises(PermissionDenied):
        factories_collaboration.priced(factories.citizen(), world.bureau, world.payer)
    with pytest.raises(ValidationError):
        factories_collaboration.priced(stranger, world.bureau, world.payer)


def test_bad_applications_name_their_field(world):
    for changed, name in (
        ({"basis_date": "2026-12-01"}, "basis_date"),
        ({"payer_code": factories.credit_code()}, "payer_code"),
        ({"items": []}, "items"),
        ({"items": [{"name": "车", "quantity": "0", "unit": "台"}]}, "items"),
    ):
        with pytest.raises(ValidationError) as refusal:
            factories_collaboration.priced(world.clerk, world.bureau, world.payer, **changed)
        assert name in refusal.value.message_dict


def use(world, conclusion, key="use-1", **changed) -> Case:
    given = {"rate": "vat vat.rate.basic", "period": "2026-10", "declared": Decimal("90000.00"), "corrects": ""}
    return assessment.propose(conclusion, actor=world.clerk, key=key, **{**given, **changed})


def test_a_conclusion_is_assessed_by_two_people_and_cited(world, case):
    concluded(world, case)
    conclusion = PriceConclusion.objects.get()
    proposal = use(world, conclusion)
    assert use(world, conclusion) == proposal
    with pytest.raises(PermissionDenied):
        do(proposal, "assess", world.clerk, reason="自己批准。")
    proposal = do(proposal, "assess", world.chief, reason="同意。")
    charge = Charge.objects.get()
    assert (charge.party, charge.levy_id, charge.amount, charge.about) == (
        world.payer,
        "vat",
        Decimal("38350.00"),
        proposal.about,
    )
    letter = IssuedDocument.objects.get(about=proposal.about)
    assert letter.context["conclusion"] == conclusion.document.number
    assert Case.objects.visible_to(factories.representative(world.payer)).filter(pk=proposal.pk).exists()
    with pytest.raises(ValidationError):
        use(world, conclusion, key="use-2")


def test_an_assessment_may_correct_a_charge_and_not_rest_on_a_replaced_conclusion(world, case):
    concluded(world, case)
    conclusion = PriceConclusion.objects.get()
    known = charges.assess(
        party=world.payer,
        levy="vat",
        period="2026-10",
        amount=Decimal("11700.00"),
        due=dt.date(2026, 11, 16),
        about="x",
        actor=world.clerk,
    )
    with pytest.raises(ValidationError):
        use(world, conclusion, corrects="nothing")
    do(use(world, conclusion, corrects=known.ref), "assess", world.chief, reason="同意。")
    known.refresh_from_db()
    assert known.amount == Decimal("50050.00")
    waiting = use(world, conclusion, key="use-3", period="2026-09")
    do(case, "ask_review", world.clerk, reason="偏低。")
    pricing.price(case, 1, method="cost", unit_price=Decimal("70000.00"), note="", actor=world.above)
    do(case, "change", world.above, reason="调整。")
    with pytest.raises(ValidationError):
        do(waiting, "assess", world.chief, reason="结论已变更。")
    assert do(waiting, "return", world.chief, reason="按新结论重拟。").state == "returned"
    conclusion.refresh_from_db()
    with pytest.raises(PermissionDenied):
        use(world, conclusion, key="use-4", period="2026-08")


def test_a_price_no_higher_than_declared_or_a_rate_not_in_force_is_refused(world, case):
    concluded(world, case)
    conclusion = PriceConclusion.objects.get()
    for changed in (
        {"declared": Decimal("385000.00")},
        {"rate": "vat nothing"},
        {"rate": "deed vat.rate.basic"},
        {"period": "2026-13"},
    ):
        with pytest.raises(ValidationError):
            use(world, conclusion, **changed)
    stranger = factories.staff(factories.tax_office("别的税务所"), Role.CLERK, name="沈悦")
    with pytest.raises(PermissionDenied):
        assessment.propose(
            conclusion,
            rate="vat vat.rate.basic",
            period="2026-10",
            declared=Decimal("0.00"),
            corrects="",
            actor=stranger,
            key="use-9",
        )


@given(
    base=st.decimals(Decimal("0.01"), Decimal("1e9"), places=2),
    share=st.integers(0, 99),
    rate=st.sampled_from([Decimal("0.13"), Decimal("0.03"), Decimal("0.06")]),
)
def test_tax_due_is_exact_to_half_a_fen(base, share, rate):
    declared = (base * share / 100).quantize(Decimal("0.01"))
    owed = assessment.tax_due(base, declared, rate)
    assert owed == owed.quantize(Decimal("0.01"))
    assert abs(owed - (base - declared) * rate) <= Decimal("0.005")


CONTENT = {
    "basis_date": "2026-10-28",
    "report": "经查勘和市场调查。",
    "items": [
        {"item": 1, "method": "market", "unit_price": "65000.00", "amount": "130000.00"},
        {"item": 2, "method": "market", "unit_price": "20400.00", "amount": "255000.00"},
    ],
}


def changed_items(**first) -> dict:
    return {**CONTENT, "items": [{**CONTENT["items"][0], **first}, CONTENT["items"][1]]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (changed_items(amount="13.00"), "unit"),
        (changed_items(unit_price="6.5"), "unit"),
        (changed_items(unit_price=65000), "unit"),
        (changed_items(unit_price="6.50万"), "unit"),
        (changed_items(method="guess"), "method"),
        ({**CONTENT, "items": [CONTENT["items"][1]] * 2}, "item"),
        (changed_items(item="1"), "item"),
        (changed_items(item=9), "item"),
        ({**CONTENT, "items": CONTENT["items"][:1]}, "unpriced"),
        ({**CONTENT, "items": "x"}, "missing"),
        ({**CONTENT, "report": ""}, "missing"),
        ({**CONTENT, "basis_date": "2026-09-28"}, "dates"),
        ([1], "missing"),
    ],
)
def test_a_systems_wrong_conclusion_is_refused_with_a_code_and_changes_nothing(world, case, content, code):
    do(case, "accept", world.officer)
    message = receiving.take(case, content, actor=world.officer, idempotency_key="price-0001")
    assert (message.state, message.code) == ("refused", code), message.explanation
    case.refresh_from_db()
    assert (case.state, pricing.unpriced(case)) == ("handling", [1, 2])
    assert not PriceConclusion.objects.exists()


def test_a_bureaus_system_reads_concludes_once_and_replays(world, case):
    headers = factories_doors.system(world.officer, "prices.write", "cases")
    client = Client(headers={**headers, "Idempotency-Key": "price-0001"})
    (row,) = client.get(reverse("api-prices")).json()["results"]
    assert [item["name"] for item in row["items"]] == ["数控车床", "铝锭"]
    where = reverse("api-price-conclusion", args=[case.number])
    early = client.post(where, CONTENT, content_type="application/json")
    assert (early.status_code, early.json()["code"]) == (422, "state")
    client.post(reverse("api-case-action", args=[case.number, "accept"]))
    replay = reverse("api-price-replay", args=[early.json()["ref"]])
    taken = client.post(replay)
    assert (taken.status_code, taken.json()["total"]) == (201, "385000.00")
    assert client.post(where, CONTENT, content_type="application/json").json() == taken.json()
    assert PriceMessage.objects.count() == PriceConclusion.objects.count() == 1
    assert client.post(replay).status_code == 400
    narrow = Client(headers=factories_doors.system(world.officer, "cases"))
    assert narrow.get(reverse("api-prices")).status_code == 403
    other = factories.staff(factories.department("别的部门"), Role.OFFICER, name="江晓波")
    foreign = {**factories_doors.system(other, "prices.write"), "Idempotency-Key": "price-0009"}
    assert Client(headers=foreign).post(where, CONTENT, content_type="application/json").status_code == 404


def test_pages_apply_price_and_use(world, client):
    World._sign_in(client, world.clerk.user)
    given = {
        "bureau": world.bureau.code,
        "payer_code": world.payer.organisation.uscc,
        "ground": "unclear",
        "purpose": "抵债设备",
        "basis_date": "2026-10-28",
        "dispute": "偏低。",
        "key": "page-1",
        "items-TOTAL_FORMS": "2",
        "items-INITIAL_FORMS": "0",
        "items-0-name": "数控车床",
        "items-0-quantity": "2",
        "items-0-unit": "台",
        "items-0-declared": "90,000.00",
    }
    new = reverse("price_counter:new")
    assert client.get(new).status_code == 200
    assert client.post(new, {**given, "items-0-unit": ""}).status_code == 422
    assert client.post(new, given).status_code == 302
    case = Case.objects.get(procedure=procedure.CODE)
    bureau = Client()
    World._sign_in(bureau, world.officer.user)
    assert case.number in bureau.get(reverse("price_partner:list")).content.decode()
    do(case, "accept", world.officer)
    page = reverse("price_partner:price", args=[case.number, 1])
    assert bureau.post(page, {"method": "market", "unit_price": "0"}).status_code == 422
    assert bureau.post(page, {"method": "market", "unit_price": "65000"}).status_code == 302
    assert client.get(page).status_code == 404
    bureau.post(reverse("partner_cases:act", args=[case.number, "conclude"]), {"reason": "经查勘。"})
    conclusion = PriceConclusion.objects.get()
    shown = client.get(reverse("counter_cases:page", args=[case.number])).content.decode()
    assert conclusion.document.number in shown
    using = reverse("price_counter:use", args=[conclusion.ref])
    assert "13%" in client.get(using).content.decode()
    form = {"rate": "vat vat.rate.basic", "period": "2026-10", "declared": "90000.00", "key": "use-1"}
    assert client.post(using, {**form, "declared": "999999.00"}).status_code == 422
    assert client.post(using, form).status_code == 302
    number = Case.objects.get(procedure=assessment.CODE).number
    assert "5,200.00" in client.get(reverse("counter_cases:page", args=[number])).content.decode()
    assert client.get(reverse("price_counter:list")).status_code == 200
