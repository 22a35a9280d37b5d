"""Text messages and pushed letters reach real receivers, once, whatever goes wrong on the way (Arts 12, 15)."""

import datetime as dt

import httpx
import pytest

from apps.kernel.notifications import delivery, outbox
from apps.kernel.notifications.models import ChannelCode, Delivery
from tests import factories

NOTICE = {"number": "SH1", "title": "延期缴纳税款", "clock": "作出决定", "due": "2026-10-26", "office": "第一税务所"}


def told(sandbox) -> dict:
    return httpx.get(f"{sandbox.url}/messages").json()


@pytest.fixture
def taxpayer(transactional_db):
    party = factories.company()
    party.phone = "13800010101"
    party.save()
    return party


def test_a_text_message_holds_the_subject_and_not_the_letter(sms_gateway, taxpayer):
    outbox.send("case-overdue", taxpayer, NOTICE)
    delivery.deliver_due()
    (message,) = told(sms_gateway)["messages"]
    sent = Delivery.objects.get(channel=ChannelCode.SMS)
    assert message["content"] == {"id": str(sent.pk), "to": "13800010101", "text": sent.message.subject}
    assert sent.provider_reference == f"R-{str(sent.pk)[:8]}"


def test_the_letter_is_pushed_to_one_network(onenet, taxpayer):
    outbox.send("case-overdue", taxpayer, NOTICE)
    delivery.deliver_due()
    (message,) = told(onenet)["messages"]
    assert message["content"]["to"] == taxpayer.ref
    assert message["content"]["text"] == Delivery.objects.get(channel=ChannelCode.PUSH).message.body


@pytest.mark.parametrize("fault", ["error", "lost"])
def test_what_went_wrong_is_tried_again_and_arrives_once(sms_gateway, taxpayer, fault):
    httpx.post(f"{sms_gateway.url}/control", json={"fault": fault})
    outbox.send("case-overdue", taxpayer, NOTICE)
    delivery.deliver_due()
    waiting = Delivery.objects.filter(channel=ChannelCode.SMS)
    assert waiting.get().state == Delivery.State.FAILED
    waiting.update(next_attempt_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    delivery.deliver_due()
    assert waiting.get().state == Delivery.State.DELIVERED
    assert len(told(sms_gateway)["messages"]) == 1


def test_a_visitor_reads_what_arrived(sms_gateway, taxpayer):
    outbox.send("case-overdue", taxpayer, NOTICE)
    delivery.deliver_due()
    page = httpx.get(sms_gateway.url).text
    assert Delivery.objects.get(channel=ChannelCode.SMS).message.subject in page
