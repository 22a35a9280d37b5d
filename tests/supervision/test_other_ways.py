"""Complaints without a name or through a clerk, appeals against refusals, and what is put right."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.notifications.models import Message
from apps.supervision.complaints import analysis, appeals, receipts, recording, rectification
from apps.supervision.complaints.models import Complaint, Kind, Reconsideration
from apps.supervision.complaints.reconsideration import RECONSIDERATION, last_day
from tests import factories

pytestmark = pytest.mark.django_db


def form(world, **more):
    return {"area": "tax", "kind": "quality", "about": world.office.pk, "account": "窗口提前下班。", **more}


def given(page: str) -> tuple[str, str]:
    """Number and receipt as the page shows them."""
    return re.search(r"SH\d{13}", page)[0], re.search(r"(?:[0-9a-z]{5}-){3}[0-9a-z]{5}", page)[0]


def test_an_anonymous_complaint_is_followed_by_number_and_receipt_from_any_browser(world):
    response = Client().post(reverse("complaint_anonymous"), form(world, key="once-0001"))
    number, receipt = given(response.content.decode())
    case = Case.objects.get(number=number)
    assert (case.applicant, case.opened_by, case.office) == (None, None, world.bureau)
    assert receipt not in str(Complaint.objects.filter(case=case).values())

    browser = Client()
    typed = receipt.upper().replace("-", " ")  # as people type it
    assert browser.post(reverse("complaint_follow"), {"number": number, "receipt": typed}).status_code == 302
    assert "窗口提前下班" in browser.get(reverse("complaint_followed")).content.decode()
    cases.perform(cases.perform(case, "accept", world.clerk), "answer", world.clerk, outcome="upheld", reason="属实。")
    assert "评价处理结果" in browser.get(reverse("complaint_followed")).content.decode()
    browser.post(reverse("complaint_act", args=["rate"]), {"rating": "5"})
    assert Complaint.objects.get(case=case).rating == 5
    browser.post(reverse("complaint_leave"))
    assert browser.get(reverse("complaint_followed")).status_code == 302


def test_a_wrong_receipt_and_an_absent_number_are_answered_alike(world):
    number = receipts.complain(world.detail(), key="a-1").case.number
    answers = set()
    for tried in ({"number": number, "receipt": "wrong"}, {"number": "SH2026999999999", "receipt": "wrong"}):
        response = Client().post(reverse("complaint_follow"), tried)
        assert response.status_code == 422
        answers.update(re.findall(r"编号或者回执码不正确[^<]*", response.content.decode()))
    assert len(answers) == 1
    assert Client().get(reverse("complaint_followed")).status_code == 302


def by_api(page: str, data: dict, key: str = ""):
    headers = {"Idempotency-Key": key} if key else {}
    return Client().post(reverse(page), data, content_type="application/json", headers=headers)


def test_the_api_takes_a_complaint_without_a_name_and_follows_it_by_receipt(world):
    told = {"area": "tax", "kind": "quality", "about": world.office.code, "account": "窗口提前下班。"}
    assert by_api("api-complaint", told).status_code == 400  # without a key
    refused = by_api("api-complaint", {"kind": "gossip"}, "api-00001").json()
    assert set(refused["errors"]) == {"area", "kind", "account"}
    assert by_api("api-complaint", {**told, "about": "nowhere"}, "api-00001").status_code == 400
    assert Complaint.objects.count() == 0
    made = by_api("api-complaint", told, "api-00001")
    assert made.status_code == 201
    assert by_api("api-complaint", told, "api-00001").status_code == 400  # the receipt is shown once
    receipt = made.json()
    case = Case.objects.get(number=receipt["number"])
    assert (case.applicant, case.office) == (None, world.bureau)
    cases.perform(cases.perform(case, "accept", world.clerk), "answer", world.clerk, outcome="upheld", reason="属实。")
    found = by_api("api-complaint-follow", receipt).json()
    assert (found["case"]["state"], found["steps"][-1]["office"]) == ("answered", str(world.bureau))
    assert world.clerk.user.display_name not in str(found)
    assert {row["action"] for row in found["actions"]} >= {"rate", "reopen", "ask_review"}
    assert by_api("api-complaint-act", {**receipt, "action": "rate", "data": {"rating": 9}}).status_code == 400
    rated = by_api("api-complaint-act", {**receipt, "action": "rate", "data": {"rating": "5"}})
    assert (rated.status_code, Complaint.objects.get(case=case).rating) == (200, 5)
    assert by_api("api-complaint-act", {**receipt, "action": "answer", "data": {}}).status_code == 400
    wrong = [{**receipt, "receipt": "wrong"}, {**receipt, "number": "SH2026999999999"}]
    answers = {
        (answer.status_code, answer.content) for answer in (by_api("api-complaint-follow", one) for one in wrong)
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 404


def test_a_form_sent_twice_is_one_complaint(world):
    receipts.complain(world.detail(), key="twice")
    with pytest.raises(ValidationError, match="已经提交"):
        receipts.complain(world.detail(), key="twice")
    assert Complaint.objects.count() == 1


def test_bad_input_is_told_with_the_fields(world):
    response = Client().post(reverse("complaint_anonymous"), form(world, account="", kind="gossip"))
    assert response.status_code == 422
    assert Complaint.objects.count() == 0


def test_the_receipt_opens_no_step_of_the_office(world):
    case = receipts.complain(world.detail(), key="a-2").case
    for action in ("accept", "refuse", "answer", "transfer"):
        with pytest.raises(PermissionDenied):
            receipts.perform(case, action, reason="冒充", clause="冒充")


def test_a_call_is_taken_down_under_the_callers_name_or_without(world):
    person = world.complainant.party
    named = recording.record(
        {**world.detail(), "source": "hotline"},
        actor=world.clerk,
        key="call-1",
        name=person.name,
        number=person.person.id_number,
    )
    assert (named.case.applicant, named.receipt) == (person, "")
    assert Case.objects.visible_to(world.complainant).filter(pk=named.case.pk).exists()
    unnamed = recording.record({**world.detail(), "source": "hotline"}, actor=world.clerk, key="call-2")
    assert receipts.find(unnamed.case.number, unnamed.receipt) == unnamed.case
    came = recording.record({**world.detail(), "source": "counter"}, actor=world.clerk, key="visit-1")
    assert (unnamed.case.channel, came.case.channel) == ("workbench", "counter")
    with pytest.raises(ValidationError) as error:
        recording.record(world.detail(), actor=world.clerk, key="call-3", name=person.name, number="1")
    assert "number" in error.value.message_dict
    for actor in (world.chief, world.hrss_officer, world.complainant):
        with pytest.raises(PermissionDenied):
            recording.record(world.detail(), actor=actor, key="call-4")


def test_every_refusal_leads_to_reconsideration_by_the_superior(world):
    case = cases.perform(world.complained(), "refuse", world.clerk, reason="已受理过同一事项。", clause="投诉管理办法")
    assert appeals.of_case(case, world.clerk) is None
    assert appeals.of_case(case, world.complainant).data == {"until": dt.date(2026, 12, 11), "superior": world.city}
    for actor in (world.stranger, world.clerk):
        with pytest.raises(PermissionDenied):
            appeals.begin(case, actor)
    draft = appeals.begin(case, world.complainant)
    cases.save_draft(
        draft,
        world.complainant,
        {"subject": "other", "secured": "not_needed", "request": "revoke", "grounds": "事项并不相同。"},
    )
    case = cases.perform(draft, "submit", world.complainant)
    assert (case.office, case.detail.office) == (world.city, world.bureau)
    assert [clock.term for clock in case.clocks.filter(stopped_at__isnull=True)] == ["reconsideration-examine"]


def reconsider(world, **more):
    detail = {
        "office": world.bureau,
        "decision_number": "沪黄税处〔2026〕1号",
        "learned_on": dt.date(2026, 10, 9),
        "subject": "collection",
        "secured": "paid",
        "request": "revoke",
        "grounds": "适用税率错误。",
    }
    return cases.open_submitted(RECONSIDERATION, world.complainant, {**detail, **more}, idempotency_key="r-1")


def test_reconsideration_is_applied_for_within_sixty_days_and_after_paying(world):
    learned = dt.date(2026, 8, 13)
    assert last_day(learned) == dt.date(2026, 10, 12)
    for wrong, field in (
        ({"learned_on": dt.date(2026, 8, 7)}, "learned_on"),
        ({"learned_on": dt.date(2026, 10, 13)}, "learned_on"),
        ({"secured": "not_needed"}, "secured"),
    ):
        with pytest.raises(ValidationError) as error:
            reconsider(world, **wrong)
        assert field in error.value.message_dict
    assert reconsider(world, learned_on=learned).state == "submitted"


def test_reconsideration_is_decided_by_a_second_person_and_extended_once(world):
    case = cases.perform(reconsider(world), "accept", _city_clerk(world))
    clock = case.clocks.get(term="reconsideration-decide")
    assert (clock.amount, clock.unit) == (60, "day")
    cases.perform(case, "extend", world.reviewer, reason="案情复杂。")
    clock.refresh_from_db()
    assert clock.extended_by == 30
    with pytest.raises(ValidationError, match="延长过一次"):
        cases.perform(case, "extend", world.reviewer, reason="再延长。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "decide", world.chief, decision="upheld", clause="法", reason="自己复议自己。")
    case = cases.perform(
        case, "decide", world.reviewer, decision="revoked", clause="《行政复议法》第六十四条", reason="事实不清。"
    )
    assert case.state == "decided"
    assert Reconsideration.objects.get(case=case).decision == "revoked"


def _city_clerk(world):
    return factories.staff(world.city, "clerk", name="沈悦")


def test_a_cluster_becomes_a_task_of_the_superior_that_is_reported_and_confirmed(world):
    for number in range(3):
        receipts.complain(world.detail(), key=f"cluster-{number}")
    (cluster,) = analysis.clusters(world.chief, 2)
    assert (cluster.about, cluster.kind, cluster.number) == (world.office, Kind.QUALITY, 3)
    assert [(row.number, row.upheld) for row in analysis.by_kind(world.chief)] == [(3, 0)]
    assert analysis.by_kind(world.accused) == []
    october = {"since": dt.date(2026, 10, 1), "until": dt.date(2026, 10, 31)}
    for actor in (world.clerk, world.accused, world.reviewer, world.complainant):
        with pytest.raises(PermissionDenied):
            rectification.order(actor, world.office, Kind.QUALITY, finding="一次性告知。", **october)
    with pytest.raises(ValidationError):
        rectification.order(world.chief, world.office, Kind.MANNER, finding="态度。", **october)
    case = rectification.order(world.chief, world.office, Kind.QUALITY, finding="落实一次性告知。", **october)
    with pytest.raises(ValidationError, match=case.number):
        rectification.order(world.chief, world.office, Kind.QUALITY, finding="重复。", **october)
    assert (case.office, case.clocks.get().term) == (world.office, "bad-rating-rectify")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "report", world.accused, reason="已改。")
    chief = _office_chief(world)
    cases.perform(case, "report", chief, reason="窗口统一使用一次性告知单。")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "confirm", chief, reason="自己确认。")
    assert cases.perform(case, "confirm", world.chief, reason="抽查十件，均已告知。").state == "done"


def _office_chief(world):
    return factories.staff(world.office, "chief", name="方志远")


def test_the_chief_who_orders_rectification_is_on_record_and_the_office_is_told(world):
    for number in range(2):
        receipts.complain(world.detail(), key=f"cluster-{number}")
    october = {"since": dt.date(2026, 10, 1), "until": dt.date(2026, 10, 31)}
    case = rectification.order(world.chief, world.office, Kind.QUALITY, finding="落实一次性告知。", **october)
    assert case.steps.get(action="submit").user == world.chief.user
    case = cases.perform(case, "report", _office_chief(world), reason="窗口统一使用一次性告知单。")
    case = cases.perform(case, "send_back", world.chief, reason="请附告知单。")
    told = Message.objects.filter(about=case.about).order_by("pk").values_list("office", flat=True)
    assert list(told) == [world.office.pk, world.bureau.pk, world.office.pk]
