"""A message is a row in the sender's transaction; what each recipient gets, in which words, on which channels."""

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from apps.kernel import workers
from apps.kernel.notifications import channels, inbox, outbox, preferences, wording
from apps.kernel.notifications.models import Delivery, Message, MessageTemplate
from apps.kernel.parties.actors import Actor
from tests import factories

pytestmark = pytest.mark.django_db

PAID = {"number": "P1", "amount": Decimal("47376.00"), "paid_on": dt.date(2026, 10, 20)}


@pytest.fixture
def citizen() -> Actor:
    actor = factories.citizen()
    actor.party.email, actor.party.phone = "wang@example.cn", "13800000000"
    actor.party.save()
    return actor


def editor() -> Actor:
    user = factories.user("系统管理员")
    user.is_superuser = True
    user.save()
    return Actor(user=user)


# --- rows ------------------------------------------------------------------------------------------


def test_a_message_is_in_the_inbox_at_once_and_queued_for_the_channels_that_travel(citizen):
    outbox.send("payment-received", citizen.party, PAID, about="payment/P1")
    message = inbox.visible_to(citizen).get()
    assert message.subject == "已收到缴款 47,376.00 元"
    assert "2026年10月20日" in message.body
    states = dict(message.deliveries.values_list("channel", "state"))
    assert states == {"inbox": "delivered", "email": "queued"}


def test_a_rolled_back_sender_sends_nothing(citizen):
    with transaction.atomic():
        outbox.send("payment-received", citizen.party, PAID)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_many_senders_wake_one_sweep_until_it_begins(citizen, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(workers, "send", woken.append)

    def send_and_commit():
        with django_capture_on_commit_callbacks(execute=True):
            outbox.send("payment-received", citizen.party, PAID)
        connection.run_on_commit.clear()  # as a commit does

    outbox.sweep_begins()
    send_and_commit()
    send_and_commit()
    assert len(woken) == 1
    outbox.sweep_begins()
    send_and_commit()
    assert woken == ["notifications.deliver_due"] * 2
    outbox.sweep_begins()


def test_a_reader_of_english_is_written_to_in_english(citizen):
    citizen.user.language = "en"
    citizen.user.save()
    outbox.send("payment-received", citizen.party, PAID)
    message = Message.objects.get()
    assert message.subject == "Payment of 47,376.00 yuan received"
    assert "20 October 2026" in message.body


def test_many_are_written_to_in_one_statement_as_if_each_were_alone(citizen, settings, django_assert_num_queries):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET = "http://127.0.0.1:9/sms", "secret"
    settings.YWTB_PUSH_URL, settings.YWTB_PUSH_SECRET = "http://127.0.0.1:9/push", "secret"
    reader, refuses = factories.citizen("John Smith"), factories.citizen("赵七")
    reader.user.language = "en"
    reader.user.save()
    refuses.party.email, refuses.party.phone = "zhao@example.cn", "13900000000"
    refuses.party.save()
    preferences.choose(refuses.party, {"email", "push"}, actor=refuses)
    company = factories.company(name="上海 100% 果汁有限公司")
    wanted = [channel.code for channel in channels.every()]
    everybody = [citizen.party, reader.party, refuses.party, company]
    rows = [each.pk for each in everybody]
    with django_assert_num_queries(5):  # four for the words of two languages
        assert outbox.send_many("payment-received", rows, PAID, about="payment/P1", via=wanted) == len(rows)
    together = {party.pk: _as_kept(party) for party in everybody}
    Delivery.objects.all().delete()
    Message.objects.all().delete()
    for party in everybody:
        outbox.send("payment-received", party, PAID, about="payment/P1")
    assert together == {party.pk: _as_kept(party) for party in everybody}
    assert {message["language"] for message, _deliveries in together.values()} == {"zh-hans", "en"}


def _as_kept(party):
    """What is kept of the one message to a party, without its own numbers."""
    kept = Message.objects.filter(party=party)
    deliveries = Delivery.objects.filter(message__party=party).order_by("channel")
    (message,) = kept.values("template", "about", "language", "subject", "body", "email", "valid_until", "read_at")
    return message, list(deliveries.values_list("channel", "address", "state", "attempts", "last_error"))


def test_an_office_reads_its_inbox_only():
    office = factories.department()
    outbox.send("case-overdue", office, {"number": "SH1", "title": "退税", "clock": "办理", "due": "2026-10-26"})
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["inbox"]
    assert inbox.visible_to(factories.staff(office)).count() == 1
    assert inbox.visible_to(factories.staff(factories.tax_office())).count() == 0


def test_a_channel_is_offered_once_it_is_configured(citizen, settings):
    assert {channel.code for channel in channels.available()} == {"inbox", "email"}
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET = "http://sms.example/", "secret"
    settings.YWTB_PUSH_URL = "http://ywtb.example/"
    assert {channel.code for channel in channels.available()} == {"inbox", "email", "sms"}
    assert "YWTB_PUSH_SECRET" in channels.by_code("push").check_config()[0]


def test_a_party_opts_out_of_a_channel_but_never_of_the_inbox(citizen):
    preferences.choose(citizen.party, set(), actor=citizen)
    outbox.send("payment-received", citizen.party, PAID)
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["inbox"]
    preferences.choose(citizen.party, {"email"}, actor=citizen)
    outbox.send("payment-received", citizen.party, PAID)
    assert Delivery.objects.filter(channel="email").count() == 1


def test_only_who_acts_for_a_party_chooses_its_channels(citizen):
    with pytest.raises(PermissionDenied):
        preferences.choose(citizen.party, set(), actor=factories.citizen())
    assert all(choice.wanted for choice in preferences.choices(citizen.party))


SENDER = """
import time, django
django.setup()
from apps.kernel.notifications import outbox
from apps.kernel.parties.models import Party
started = time.monotonic()
outbox.send("mandate-invited", Party.objects.get(), {"principal": "王", "kind": "财务"})
print(f"took {time.monotonic() - started:.1f}")
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_the_sender_nothing(citizen, neighbourhood):
    """A process of its own, whose broker is an address where nobody listens."""
    place = {**neighbourhood.environment(), "REDIS_URL": "redis://127.0.0.1:1/0"}
    place["DJANGO_SETTINGS_MODULE"] = "taxportal.settings"
    done = subprocess.run([sys.executable, "-c", SENDER], env=place, capture_output=True, text=True, check=True)
    assert float(done.stdout.split()[-1]) < 2
    assert "Broker unreachable" in done.stderr
    assert Delivery.objects.get(channel="email").state == "queued"


# --- reading ---------------------------------------------------------------------------------------


def test_the_first_reading_is_the_receipt(citizen):
    outbox.send("payment-received", citizen.party, PAID)
    assert inbox.unread_count(citizen) == 1
    message = Message.objects.get()
    inbox.mark_read(message, actor=citizen)
    first = Message.objects.get().read_at
    inbox.mark_read(message, actor=citizen)
    assert Message.objects.get().read_at == first
    assert Message.objects.get().read_by == citizen.user
    assert inbox.unread_count(citizen) == 0


def test_a_stranger_neither_reads_nor_leaves_a_receipt(citizen):
    outbox.send("payment-received", citizen.party, PAID)
    stranger = factories.citizen()
    assert not inbox.visible_to(stranger).exists()
    inbox.mark_read(Message.objects.get(), actor=stranger)
    assert Message.objects.get().read_at is None


def test_the_unread_count_is_one_query(citizen, django_assert_num_queries):
    with django_assert_num_queries(1):
        inbox.unread_count(citizen)


def test_staff_see_what_was_truly_sent_and_no_full_address(citizen, settings):
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET = "http://sms.example/", "secret"
    outbox.send("payment-received", citizen.party, PAID, about="payment/P1")
    email, letter, sms = inbox.sent_about("payment/P1")
    assert (email.address, sms.address) == ("w***@example.cn", "138****00")
    assert sms.text == "已收到缴款 47,376.00 元"
    assert "缴款编号 P1" in letter.text


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", wording.codes())
def test_every_letter_is_written_in_both_languages_with_the_same_values(code):
    chinese, english = (wording.from_file(code, language) for language in ("zh-hans", "en"))
    assert chinese.variables == english.variables
    for words, language in ((chinese, "zh-hans"), (english, "en")):
        shown = wording.preview(words, language)
        assert "{{" not in shown.subject + shown.body


def test_a_value_left_out_is_our_mistake(citizen):
    with pytest.raises(wording.MissingContext, match="amount"):
        outbox.send("payment-received", citizen.party, {"number": "P1", "paid_on": "x"})
    assert not Message.objects.exists()


def test_what_a_name_contains_stays_text(citizen):
    names = {"principal": "<b>{{ kind }}</b>{% now 'Y' %}", "kind": "财务"}
    outbox.send("mandate-invited", citizen.party, names)
    assert "<b>{{ kind }}</b>{% now 'Y' %}" in Message.objects.get().subject


@pytest.mark.parametrize(
    "body",
    [
        "{% load static %}",
        "{% if amount %}x{% endif %}",
        "{{ amount.__class__ }}",
        "{{ password }}",
        "{{ amount|default:number.real }}",
        "{% include 'base.html' %}",
    ],
)
def test_wording_that_could_do_more_than_show_values_is_refused(body):
    for subject, text in (("{{ number }}", body), (body, "{{ number }}")):
        with pytest.raises(ValidationError):
            wording.publish("payment-received", "zh-hans", subject=subject, body=text, actor=editor())
    assert not MessageTemplate.objects.exists()


def test_a_published_wording_is_sent_and_the_one_before_is_kept(citizen):
    for subject in ("收到 {{ amount }}", "已收 {{ amount|default:'零' }} 元"):
        wording.publish("payment-received", "zh-hans", subject=subject, body="{{ number }}", actor=editor())
    outbox.send("payment-received", citizen.party, PAID)
    assert Message.objects.get().subject == "已收 47,376.00 元"
    assert list(MessageTemplate.objects.values_list("version", "active")) == [(2, True), (1, False)]


def test_publishing_needs_the_right(citizen):
    with pytest.raises(PermissionDenied):
        wording.publish("payment-received", "zh-hans", subject="x", body="y", actor=citizen)
