"""The pages of Articles 29 and 30 at each front door, worked through without JavaScript, and the demonstration."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.collaboration.banks import demo as banks_demo
from apps.collaboration.banks.models import AccountEnquiry, AccountOrder, AccountRead, PayOrder
from apps.collaboration.courts import demo as courts_demo
from apps.collaboration.courts import opening
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties import demo as accounts
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from tests import factories, factories_judicial

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return factories_judicial.world()


@pytest.fixture
def enter(client, settings):
    """Signs an actor in, without the second factor's own pages."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]

    def _enter(actor):
        client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return _enter


def test_from_arrears_to_the_answer_through_the_pages(enter, w):
    charge = factories_judicial.overdue(w.company)
    browser = enter(w.clerk)
    found = browser.get(reverse("banks_counter:dashboard"), {"q": w.company.organisation.uscc}).content.decode()
    assert reverse("banks_counter:party", args=[w.company.ref]) in found
    assert "10,000.00" in browser.get(reverse("banks_counter:party", args=[w.company.ref])).content.decode()
    order = reverse("banks_counter:pay_order", args=[w.company.ref])
    assert browser.post(order, {}).status_code == 422
    pay_by = (clock.today() + dt.timedelta(days=15)).isoformat()
    given = {"regime": "tax", "charges": [charge.ref], "pay_by": pay_by, "key": "page-order"}
    assert browser.post(order, given).status_code == 302
    assert browser.post(order, given).status_code == 302
    assert PayOrder.objects.count() == 1
    ask = reverse("banks_counter:ask", args=[w.company.ref, "enquiry"])
    assert browser.get(ask).status_code == 200
    wrong = browser.post(ask, {"ground": "accounts"})
    assert wrong.status_code == 422
    given = {
        "ground": "accounts",
        "bank": w.bank.office.code,
        "facts": "核实账户。",
        "first_certificate": "1",
        "second_officer": w.colleague.user.username,
        "second_certificate": "2",
        "wants_accounts": "on",
        "wants_balances": "on",
        "key": "page-ask",
    }
    assert browser.post(ask, given).status_code == 302
    case = Case.objects.get(procedure="account-enquiry")

    head = enter(w.head)
    act = reverse("counter_cases:act", args=[case.number, "approve"])
    assert head.post(act, {"key": "page-approve"}).status_code == 302

    teller = enter(w.bank)
    assert case.number in teller.get(reverse("banks_partner:requests")).content.decode()
    page = teller.get(reverse("partner_cases:page", args=[case.number])).content.decode()
    assert "余额" in page
    assert "核实账户。" not in page
    answer = reverse("partner_cases:act", args=[case.number, "answer"])
    more = teller.post(answer, {"accounts": "31000001, 基本存款账户, 2024-01-02", "key": "page-answer-1"})
    assert more.status_code == 422
    text = "31000001, 基本存款账户, 2024-01-02, 1250.00"
    assert teller.post(answer, {"accounts": text, "key": "page-answer-2"}).status_code == 302

    officer = enter(w.colleague)
    data = reverse("banks_counter:data", args=[case.number])
    assert "31000001" not in officer.get(data).content.decode()
    assert officer.post(data, {"purpose": ""}).status_code == 422
    assert "1,250.00" in officer.post(data, {"purpose": "核对"}).content.decode()
    assert AccountRead.objects.get().user == w.colleague.user
    assert enter(w.chief).get(data).status_code == 404
    auditor = enter(factories.staff(w.city_head.office, "auditor"))
    assert "核对" in auditor.get(reverse("banks_counter:reads")).content.decode()
    review = reverse("banks_counter:review", args=[AccountRead.objects.get().ref])
    assert auditor.post(review, {"finding": "proper"}).status_code == 302
    assert AccountRead.objects.get().finding == "proper"


def test_the_person_concerned_sees_why_and_how_to_appeal_once_told(enter, w):
    case = factories_judicial.frozen(w, factories_judicial.overdue(w.company))
    hidden = factories_judicial.at_bank(w, "accounts", wants_accounts=True)
    browser = enter(w.owner)
    listed = browser.get(reverse("measures:list", args=[w.company.ref])).content.decode()
    assert case.number in listed
    assert hidden.number not in listed
    page = browser.get(reverse("measures:page", args=[w.company.ref, case.number])).content.decode()
    for words in ("多次催缴未缴。", "《税收征收管理法》第三十八条", "行政复议", "10,000.00"):
        assert words in page
    assert browser.get(reverse("measures:page", args=[w.company.ref, hidden.number])).status_code == 404


def test_a_court_asks_and_a_clerk_claims_through_the_pages(enter, w):
    court = enter(w.court)
    ask = reverse("courts_partner:sale")
    home = {**factories_judicial.SALE, "thing": "home", "party_code": w.company.organisation.uscc, "key": "page-sale"}
    assert court.post(ask, home).status_code == 422
    assert court.post(ask, {**home, "held_months": 10, "area": "90"}).status_code == 302
    case = Case.objects.get(procedure="court-sale")
    tell = reverse("courts_partner:bankruptcy")
    assert court.get(tell).status_code == 200
    factories_judicial.overdue(w.company)
    clerk = enter(w.clerk)
    answer = reverse("counter_cases:act", args=[case.number, "answer"])
    assert clerk.post(answer, {"key": "page-compute"}).status_code == 302
    assert "契税" in clerk.get(reverse("counter_cases:page", args=[case.number])).content.decode()
    found = clerk.get(reverse("courts_counter:list"), {"q": w.company.name}).content.decode()
    claim = reverse("courts_counter:claim", args=[w.company.ref])
    assert claim in found
    given = {"court": w.court.office.code, "court_case": "（2026）沪0101执9号", "key": "page-claim"}
    assert clerk.post(claim, {}).status_code == 422
    assert clerk.post(claim, given).status_code == 302
    claimed = Case.objects.get(procedure="arrears-claim")
    court = enter(w.court)
    assert "滞纳金" in court.get(reverse("partner_cases:page", args=[claimed.number])).content.decode()
    assert claimed.number in court.get(reverse("courts_partner:list")).content.decode()


def test_a_bankruptcy_page_shows_its_lines_to_the_court_only_once_filed(enter, w):
    factories_judicial.overdue(w.company)
    case = cases.perform(factories_judicial.bankruptcy(w), "prepare", w.clerk)
    page = reverse("partner_cases:page", args=[case.number])
    assert "第二顺序" not in enter(w.court).get(page).content.decode()
    cases.perform(case, "file", w.chief)
    assert "第二顺序" in enter(w.court).get(page).content.decode()


def test_the_demonstration_has_something_in_every_state_and_twice_is_once(settings):
    settings.PORTAL_DEMO = True
    accounts.seed()
    office = Office.objects.get(code="tax-310101-1")
    factories.company("上海演示实业有限公司", office=office, form="enterprise")
    for _ in range(2):
        banks_demo.seed()
        courts_demo.seed()
    states = set(Case.objects.values_list("procedure", "state"))
    assert {
        ("account-enquiry", "answered"),
        ("account-enquiry", "at_bank"),
        ("account-deduct", "approving"),
        ("account-freeze", "in_force"),
        ("court-sale", "asked"),
        ("court-sale", "answered"),
        ("court-sale", "sold"),
        ("arrears-claim", "claimed"),
        ("bankruptcy-claim", "confirmed"),
    } <= states
    assert AccountOrder.objects.count() == 4
    assert AccountEnquiry.objects.count() == 2


def test_who_asked_is_shown_by_name_and_office(w):
    asked = factories_judicial.at_bank(w, "accounts", wants_accounts=True)
    step = asked.steps.get(action="submit")
    assert (step.user, step.office_label) == (w.clerk.user, w.office.name)
    told = factories_judicial.sale(w).steps.get(action="submit")
    assert (told.user, told.office_label) == (w.court.user, w.court.office.name)


def test_the_person_concerned_sees_what_was_claimed_of_the_court_and_nobody_elses(w, enter):
    factories_judicial.overdue(w.company)
    claimed = opening.claim(
        w.company, actor=w.clerk, idempotency_key="claim-0001", court=w.court.office, court_case="（2026）沪0101执9号"
    )
    where = reverse("court_matters", args=[w.company.ref])
    page = enter(w.owner).get(where).content.decode()
    assert "（2026）沪0101执9号" in page
    assert "先于无担保债权" in page
    stranger = factories.representative(factories.company("别家公司", office=w.office))
    other = enter(stranger).get(reverse("court_matters", args=[stranger.party.ref])).content.decode()
    assert claimed.number not in other
    assert "没有涉及您（单位）的司法案件税费" in other
    asked = factories_judicial.sale(w)  # not answered yet: nothing is told
    assert asked.number not in enter(w.owner).get(where).content.decode()
    browser = enter(w.owner)
    browser.cookies["django_language"] = "en"
    assert "Claim on the proceeds of an execution" in browser.get(where).content.decode()
