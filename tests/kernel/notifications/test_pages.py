"""The inbox of a taxpayer and of an office, the choice of channels, and the admin of letters."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import Delivery, Message, MessageTemplate, OptOut
from tests import factories

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONTEXT = {"number": "P1", "amount": "1.00", "paid_on": dt.date(2026, 10, 20)}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.fixture
def reader(client):
    actor = factories.citizen()
    actor.party.email = "wang@example.cn"
    actor.party.save()
    client.force_login(actor.user, backend=BACKEND)
    outbox.send("payment-received", actor.party, CONTEXT)
    return actor


def at(actor, name: str, *args) -> str:
    return reverse(f"messages:{name}", args=[actor.party.ref, *args])


def test_opening_a_message_is_the_receipt(client, reader):
    assert "1 条未读" in client.get(at(reader, "inbox")).content.decode()
    page = client.get(at(reader, "message", Message.objects.get().ref)).content.decode()
    assert "缴款编号 P1" in page
    assert Message.objects.get().read_by == reader.user
    assert "没有未读消息" in client.get(at(reader, "inbox")).content.decode()


def test_a_message_of_another_is_not_found_as_an_absent_one(client, reader):
    stranger = factories.citizen()
    outbox.send("payment-received", stranger.party, CONTEXT)
    foreign = Message.objects.get(party=stranger.party)
    assert client.get(at(reader, "message", foreign.ref)).status_code == 404
    assert client.get(at(stranger, "inbox")).status_code == 404
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_an_office_opens_its_own_inbox(client):
    office = factories.department()
    outbox.send("case-overdue", office, {"number": "SH1", "title": "退税", "clock": "办理", "due": "2026-10-26"})
    actor = factories.staff(office, "officer")
    client.force_login(actor.user, backend=BACKEND)
    assert "SH1" in client.get(reverse("partner_messages:inbox")).content.decode()
    place = reverse("partner_messages:message", args=[Message.objects.get().ref])
    assert "现已逾期" in client.get(place).content.decode()
    assert client.get(reverse("counter_messages:inbox")).status_code == 404


def test_a_taxpayer_has_no_office_inbox(client, reader):
    for door in ("counter", "partner"):
        assert client.get(reverse(f"{door}_messages:inbox")).status_code == 404


def test_channels_are_chosen_and_those_not_set_up_say_so(client, reader):
    page = client.get(at(reader, "channels")).content.decode()
    assert "w***@example.cn" in page
    assert page.count("本网站尚未开通这种方式") == 2
    client.post(at(reader, "channels"), {})
    assert list(OptOut.objects.values_list("channel", flat=True)) == ["email"]


def test_a_wrong_page_is_not_found(client, reader):
    assert client.get(at(reader, "inbox"), {"after": "x"}).status_code == 404


# --- admin -----------------------------------------------------------------------------------------


@pytest.fixture
def administrator(client):
    user = factories.user("系统管理员")
    user.is_staff = user.is_superuser = True
    user.save()
    factories.second_factor(user)
    client.force_login(user, backend=BACKEND)
    return client


def test_wording_is_published_and_previewed_never_edited(administrator):
    words = {
        "code": "payment-received",
        "language": "zh-hans",
        "subject": "收到 {{ amount }} 元",
        "body": "{{ number }}",
    }
    add = reverse("admin:notifications_messagetemplate_add")
    assert "模板有误" in administrator.post(add, {**words, "body": "{% now 'Y' %}"}).content.decode()
    assert administrator.post(add, words).status_code == 302
    change = reverse("admin:notifications_messagetemplate_change", args=[MessageTemplate.objects.get().pk])
    assert "收到 47,376.00 元" in administrator.get(change).content.decode()
    assert administrator.post(change, words).status_code == 403


def test_dead_letters_are_replayed_from_the_admin(administrator):
    party = factories.citizen().party
    party.email = "wang@example.cn"
    party.save()
    outbox.send("payment-received", party, CONTEXT)
    Delivery.objects.filter(channel="email").update(state="dead")
    listing = reverse("admin:notifications_delivery_changelist")
    page = administrator.get(listing, {"state__exact": "dead"}).content.decode()
    assert "w***@example.cn" in page
    assert "wang@example.cn" not in page
    assert "SMS_GATEWAY_URL" in page
    dead = Delivery.objects.get(channel="email")
    administrator.post(listing, {"action": "replay", "_selected_action": [str(dead.pk)]})
    dead.refresh_from_db()
    assert dead.state == "queued"
