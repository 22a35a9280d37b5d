"""The pages of complaints at each front door, and the demonstration's stories."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties import demo as accounts
from apps.kernel.parties.models import Office
from apps.supervision.complaints import demo, receipts
from apps.supervision.complaints.forms import AnswerForm, AtOnceForm, DecisionForm
from apps.supervision.complaints.procedure import COMPLAINT
from apps.supervision.joint.forms import ResultForm
from apps.supervision.referral.forms import OutcomeForm
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client, settings):
    """Signs an actor in, without the second factor's own pages."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SecondFactor" not in name]

    def _enter(actor):
        client.force_login(actor.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return _enter


def test_everybody_finds_the_one_place_to_complain(client, world):
    assert reverse("complaints") in client.get(reverse("help")).content.decode()
    page = client.get(reverse("complaints")).content.decode()
    assert reverse("complaint_anonymous") in page
    assert client.get(reverse("matter", args=["complaint"])).status_code == 200
    english = client.get(reverse("complaints"), headers={"Accept-Language": "en"}).content.decode()
    assert "Complain with your name" in english


def test_a_clerk_takes_a_call_down_and_reads_out_the_receipt(enter, world):
    browser = enter(world.clerk)
    told = {"source": "hotline", "area": "tax", "kind": "manner", "about": world.office.pk, "account": "语气生硬。"}
    page = browser.post(reverse("complaint_counter:record"), {**told, "key": "page-1"}).content.decode()
    assert Case.objects.get().number in page
    assert "请把编号和回执码告诉对方" in page
    assert browser.post(reverse("complaint_counter:record"), {**told, "account": ""}).status_code == 422
    caller = world.complainant.party
    named = {**told, "name": caller.name, "number": caller.person.id_number, "key": "page-2"}
    assert browser.post(reverse("complaint_counter:record"), named).status_code == 200
    assert Case.objects.latest("pk").applicant == caller


def test_a_chief_sees_what_people_complain_about_and_orders_rectification(enter, world):
    for number in range(2):
        receipts.complain(world.detail(), key=f"page-{number}")
    browser = enter(world.chief)
    page = browser.get(reverse("complaint_counter:analysis")).content.decode()
    address = reverse("complaint_counter:rectify", args=[world.office.code, "quality", "2026-10"])
    assert address in page
    assert "<svg" in page
    assert browser.post(address, {"finding": ""}).status_code == 422
    assert browser.post(address, {"finding": "落实一次性告知。"}).status_code == 302
    assert Case.objects.get(procedure="rectification").office == world.office
    assert browser.post(address, {"finding": "再下达一次。"}).status_code == 422
    for wrong in (("quality", "2026-13"), ("gossip", "2026-10")):
        assert browser.get(reverse("complaint_counter:rectify", args=[world.office.code, *wrong])).status_code == 404


@pytest.mark.parametrize("who", ["clerk", "accused", "hrss_officer", "complainant"])
def test_rectification_is_not_there_for_anybody_else(enter, world, who):
    address = reverse("complaint_counter:rectify", args=[world.office.code, "quality", "2026-10"])
    assert enter(getattr(world, who)).get(address).status_code == 404


def test_the_complained_of_name_is_short_for_whoever_does_not_handle_it(enter, world):
    case = world.complained(respondent="欧阳若琳")
    own = enter(world.clerk).get(reverse("counter_cases:page", args=[case.number])).content.decode()
    assert "欧阳若琳" in own
    above = enter(world.reviewer).get(reverse("counter_cases:page", args=[case.number])).content.decode()
    assert "欧某" in above
    assert "欧阳若琳" not in above


def test_the_person_complained_of_does_not_see_it_by_any_way(enter, world):
    case = world.complained(respondent="郑文斌（3号窗口）")
    other = world.complained()
    assert set(Case.objects.visible_to(world.clerk)) == {other}
    assert set(Case.objects.visible_to(world.chief)) == {case, other}
    assert Case.objects.visible_to(world.complainant).filter(pk=case.pk).exists()
    for who, pages in ((world.clerk, 404), (world.chief, 200)):
        client = enter(who)
        assert client.get(reverse("counter_cases:page", args=[case.number])).status_code == pages
        shown = "".join(client.get(reverse(page)).content.decode() for page in ("counter", "counter_cases:list"))
        assert (case.number in shown) is (pages == 200)
        assert other.number in shown


def test_a_refusal_shows_the_way_to_reconsideration(enter, world):
    case = cases.perform(world.complained(), "refuse", world.clerk, reason="不在范围。", clause="第九条")
    browser, ref = enter(world.complainant), world.complainant.party.ref
    address = reverse("appeal", args=[ref, case.number])
    assert address in browser.get(reverse("cases:page", args=[ref, case.number])).content.decode()
    assert browser.post(address).status_code == 302
    draft = Case.objects.get(procedure="reconsideration")
    assert draft.detail.decision_number == case.number
    assert browser.post(reverse("appeal", args=[ref, draft.number])).status_code == 404


def test_the_demonstration_tells_three_stories_once():
    accounts.seed()
    demo.seed()
    demo.seed()
    assert sorted(Case.objects.values_list("state", flat=True)) == ["answered", "handling", "submitted"]
    officer = factories.staff(factories.department("市财政局"), "officer")
    with pytest.raises(PermissionDenied):
        cases.perform(Case.objects.get(state="handling"), "receive", officer)


def test_no_list_makes_a_choice_by_itself(enter, client, world):
    case = cases.open_case(COMPLAINT, world.complainant, {})
    browser = enter(world.complainant)
    page = reverse("cases:fill", args=[world.complainant.party.ref, case.number, "what"])
    for address in (page, reverse("complaint_anonymous")):
        form = browser.get(address).context["form"]
        for name in ("area", "kind"):
            assert form[name].value() in ("", None)
            assert next(iter(form.fields[name].choices))[0] == ""  # what the browser shows first
    assert browser.post(page, {"area": "", "kind": ""}).status_code == 422
    assert browser.post(page, {"area": "tax", "kind": "manner"}).status_code == 302


def test_what_whoever_holds_the_receipt_does_is_not_called_the_systems_doing(enter, world):
    given = receipts.complain(world.detail(), key="bearer")
    cases.perform(given.case, "accept", world.clerk)
    receipts.perform(Case.objects.get(pk=given.case.pk), "withdraw")
    history = enter(world.clerk).get(f"/counter/cases/{given.case.number}/").content.decode().split('id="history"')[1]
    assert history.count("<strong>投诉人</strong>") == 2
    assert "系统" not in history.split("</ol>")[0]


def test_a_pause_for_mediation_asks_nobody_for_papers(enter, world):
    street = Office.objects.create(code="street-x", name="某街道", kind=Office.Kind.STREET)
    case = cases.perform(world.complained(), "accept", world.clerk)
    case = cases.perform(
        case, "propose_mediation", world.clerk, mediator=street, office_agrees=True, reason="建议调解。"
    )
    page = f"/counter/cases/{case.number}/"
    assert "已暂停，等待申请人" in enter(world.clerk).get(page).content.decode()
    cases.perform(case, "accept_mediation", world.complainant)
    shown = enter(world.clerk).get(page).content.decode()
    assert "已暂停" in shown
    assert "已暂停，等待" not in shown


def test_reports_of_violations_are_one_step_from_the_place_to_complain(client):
    assert 'href="/report/"' in client.get("/complaints/").content.decode().split("<main")[1]


def test_a_matters_page_asks_for_a_day_with_the_browsers_own_control(enter, world):
    draft = cases.open_case(COMPLAINT, world.complainant, {"happened_on": dt.date(2026, 10, 1)})
    page = f"/as/{world.complainant.party.ref}/cases/{draft.number}/fill/whom/"
    client = enter(world.complainant)
    field = re.search(r"<input[^>]*happened_on[^>]*>", client.get(page).content.decode())[0]
    assert 'type="date"' in field
    assert 'value="2026-10-01"' in field
    assert client.post(page, {"happened_on": "2026年10月8日"}).status_code == 302
    draft.detail.refresh_from_db()
    assert draft.detail.happened_on == dt.date(2026, 10, 8)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (AnswerForm, "outcome"),
        (AtOnceForm, "outcome"),
        (DecisionForm, "decision"),
        (ResultForm, "finding"),
        (OutcomeForm, "outcome"),
    ],
)
def test_no_finding_is_made_by_whoever_only_presses_the_button(form, name):
    assert form().fields[name].choices[0][0] == ""
    assert name in form({name: "", "reason": "理由。", "note": "情况。"}).errors


def test_what_waits_for_the_superiors_review_is_on_its_workbench(enter, world):
    case = cases.perform(world.answered(), "ask_review", world.complainant, reason="结论不公。")
    assert case.number in enter(world.reviewer).get("/counter/").content.decode()
    page = enter(world.clerk).get("/counter/").content.decode()
    assert "下级单位待复核" not in page
    cases.perform(case, "uphold", world.reviewer, reason="处理适当。")
    assert case.number not in enter(world.reviewer).get("/counter/").content.decode()
