"""Post and correspondence in the browser and by API, from both sides."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.kernel.casework import cases
from apps.kernel.casework.models import Thread
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.services.channels.models import Mailing
from apps.services.procedures.deferral import DEFERRAL
from tests import factories, factories_appointments
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db

DETAIL = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}


class World:
    """A payer with a submitted case, and the clerk who handles it, each at a browser."""

    def __init__(self) -> None:
        office = factories.tax_office()
        self.payer = factories.representative(factories.company(office=office))
        self.case = cases.open_submitted(DEFERRAL, self.payer, DETAIL, idempotency_key="pages-0001")
        self.home, self.counter = signed_in(self.payer), signed_in(factories.staff(office, Role.CLERK))
        self.base = f"/as/{self.payer.party.ref}/"
        self.headers = {"X-Acting-For": self.payer.party.ref}


@pytest.fixture
def world():
    return World()


def test_papers_by_mail_from_receipt_to_arrival(world):
    url = f"{world.base}cases/{world.case.number}/mail/"
    assert world.case.number in world.home.get(url).text
    site = factories_appointments.site(world.case.office)
    assert f"{site.address} {site.name}" in world.home.get(url).text  # the office has no address of its own
    today = clock.today().isoformat()
    wrong = world.home.post(url, {"carrier": "ems", "tracking": "EA1", "posted_on": today})
    assert wrong.status_code == 422
    assert "邮件号码不正确" in wrong.text
    world.home.post(url, {"carrier": "ems", "tracking": "ea123456785cn", "posted_on": today})
    assert "寄送中" in world.home.get(f"{world.base}cases/{world.case.number}/").text
    assert "EA123456785CN" in world.counter.get("/counter/mail/").text
    arrival = "/counter/mail/EA123456785CN/"
    refused = world.counter.post(arrival, {"received_on": today, "postmark": today, "complete": "no"})
    assert refused.status_code == 422
    assert "请写明缺少什么" in refused.text
    world.counter.post(arrival, {"received_on": today, "postmark": today, "complete": "yes"})
    assert Mailing.objects.get().complete
    assert "已收到，材料齐全" in world.home.get(f"{world.base}cases/{world.case.number}/").text


def test_papers_by_mail_by_api(world):
    url = f"/api/v1/cases/{world.case.number}/mailings/"
    item = {"carrier": "registered", "tracking": "1234567890123", "posted_on": clock.today().isoformat()}
    made = world.home.post(url, item, content_type="application/json", headers=world.headers)
    assert (made.status_code, made.json()["state"]) == (201, "寄送中")
    tomorrow = (clock.today() + dt.timedelta(days=1)).isoformat()
    arrival = {"received_on": tomorrow, "postmark": tomorrow, "complete": True}
    there = "/api/v1/mailings/1234567890123/arrival/"
    assert world.counter.post(there, arrival, content_type="application/json").status_code == 400
    assert world.home.post(there, arrival, content_type="application/json", headers=world.headers).status_code == 404


def test_a_question_with_a_file_and_its_answer(world):
    sent = world.home.post(
        f"{world.base}threads/new/",
        {
            "subject": "延期",
            "text": "需要什么证明？",
            "case": world.case.number,
            "files": SimpleUploadedFile("a.xml", b"<a/>"),
        },
    )
    thread = Thread.objects.get()
    assert sent["Location"] == f"{world.base}threads/{thread.ref}/"
    assert "有新消息" in world.counter.get("/counter/threads/").text
    page = f"/counter/threads/{thread.ref}/"
    assert "a.xml" in world.counter.get(page).text
    world.counter.post(page, {"text": "银行对账单即可。"})
    assert "银行对账单即可。" in world.home.get(sent["Location"]).text
    letter = world.home.post(f"{sent['Location']}transcript/")
    assert letter.status_code == 302
    world.home.post(f"{sent['Location']}close/")
    closed = world.counter.post(page, {"text": "还有吗？"})
    assert closed.status_code == 422
    assert "已经结束" in closed.text


def test_an_empty_message_is_told_at_the_field(world):
    page = world.home.post(f"{world.base}threads/new/", {"subject": "", "text": ""})
    assert page.status_code == 422
    assert not Thread.objects.exists()


def test_a_question_and_its_answer_by_api(world):
    asked = world.home.post(
        "/api/v1/threads/",
        {"subject": "延期", "text": "需要什么证明？"},
        content_type="application/json",
        headers=world.headers,
    )
    assert asked.status_code == 201
    ref = asked.json()["ref"]
    assert [row["unread"] for row in world.counter.get("/api/v1/threads/").json()] == [True]
    answer = world.counter.post(f"/api/v1/threads/{ref}/", {"text": "银行对账单。"}, content_type="application/json")
    assert answer.status_code == 201
    told = world.home.get(f"/api/v1/threads/{ref}/", headers=world.headers).json()
    assert [row["text"] for row in told["messages"]] == ["需要什么证明？", "银行对账单。"]


def test_a_foreign_conversation_and_an_absent_one_look_the_same(world):
    world.home.post(f"{world.base}threads/new/", {"subject": "延期", "text": "需要什么证明？"})
    ref = Thread.objects.get().ref
    stranger = factories.citizen("陌生人")
    client = signed_in(stranger)
    for each in (ref, "000000000000"):
        assert client.get(f"/as/{stranger.party.ref}/threads/{each}/").status_code == 404
        assert client.get(f"/api/v1/threads/{each}/").status_code == 404
