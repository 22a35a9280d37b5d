"""Delivery: once or again, never lost; by real SMTP, real HTTP and a real worker."""

import datetime as dt
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections

from apps.kernel.notifications import channels, delivery, leasing, outbox, signatures
from apps.kernel.notifications.models import Delivery
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from tests import factories

pytestmark = pytest.mark.django_db
CONTEXT = {"number": "P1", "amount": "1.00", "paid_on": dt.date(2026, 10, 20)}
SECRET = "the provider's secret"


@pytest.fixture
def party():
    party = factories.citizen().party
    party.email, party.phone = "wang@example.cn", "13800000000"
    party.save()
    return party


def row(channel: str = "email") -> Delivery:
    return Delivery.objects.get(channel=channel)


class Provider(BaseHTTPRequestHandler):
    """A provider's interface: keeps what it is sent, answers as the test says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        self.send_response(self.server.answer)
        if self.server.answer == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(b'{"reference": "S-1"}')

    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def provider(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.taken, server.answer = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/sms"
    settings.SMS_GATEWAY_SECRET = SECRET
    yield server
    server.shutdown()
    server.server_close()


# --- e-mail ----------------------------------------------------------------------------------------


def test_an_email_arrives_by_smtp_under_the_deliverys_own_id(party, smtp):
    outbox.send("payment-received", party, CONTEXT)
    assert delivery.deliver_due() == 1
    assert row().state == "delivered"
    (mail,) = smtp
    assert mail["Subject"] == "已收到缴款 1.00 元"
    assert mail["To"] == "wang@example.cn"
    assert str(row().pk) in mail["Message-ID"]
    assert delivery.deliver_due() == 0


def test_a_name_cannot_add_headers(party, smtp):
    outbox.send("mandate-invited", party, {"principal": "坏人\nBcc: x@example.cn", "kind": "财务"})
    delivery.deliver_due()
    assert smtp[0]["Bcc"] is None


def test_a_mail_server_that_is_away_is_tried_again_and_the_letter_is_not_lost(party, settings, request):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    outbox.send("payment-received", party, CONTEXT)
    delivery.deliver_due()
    assert (row().state, row().attempts) == ("failed", 1)
    assert row().next_attempt_at > clock.now()
    assert delivery.deliver_due() == 0
    mails = request.getfixturevalue("smtp")
    with time_machine.travel(row().next_attempt_at + dt.timedelta(seconds=1)):
        delivery.deliver_due()
    assert row().state == "delivered"
    assert len(mails) == 1


# --- HTTP ------------------------------------------------------------------------------------------


def test_a_text_message_is_signed_and_carries_its_idempotency_key(party, provider):
    outbox.send("payment-received", party, CONTEXT)
    delivery.deliver_due()
    ((headers, body),) = provider.taken
    assert signatures.verify(body, headers, secret=SECRET)
    assert headers["Idempotency-Key"] == str(row("sms").pk)
    assert json.loads(body) == {"id": str(row("sms").pk), "to": "13800000000", "text": "已收到缴款 1.00 元"}
    assert (row("sms").state, row("sms").provider_reference) == ("delivered", "S-1")


@pytest.mark.parametrize(("answer", "state"), [(500, "failed"), (429, "failed"), (302, "failed"), (422, "dead")])
def test_a_providers_answer_decides_whether_to_try_again(party, provider, answer, state):
    provider.answer = answer
    outbox.send("payment-received", party, CONTEXT)
    delivery.deliver_due()
    assert row("sms").state == state
    assert "13800000000" not in row("sms").last_error
    assert len(provider.taken) == 1  # a redirect is not followed


def test_a_letter_is_dead_after_the_last_attempt_and_staff_replay_it(party, provider):
    provider.answer = 503
    outbox.send("payment-received", party, CONTEXT)
    Delivery.objects.filter(channel="email").delete()
    for _ in range(leasing.MAX_ATTEMPTS):
        Delivery.objects.filter(channel="sms").update(next_attempt_at=clock.now())
        delivery.deliver_due()
    assert (row("sms").state, row("sms").attempts) == ("dead", leasing.MAX_ATTEMPTS)
    with pytest.raises(PermissionDenied):
        delivery.replay(row("sms"), actor=factories.citizen())
    provider.answer = 200
    admin = factories.user()
    admin.is_superuser = True
    delivery.replay(row("sms"), actor=Actor(user=admin))
    delivery.deliver_due()
    assert row("sms").state == "delivered"
    with pytest.raises(ValidationError):
        delivery.replay(row("sms"), actor=Actor(user=admin))


def test_what_is_no_longer_valid_is_not_sent(party, provider):
    outbox.send("payment-received", party, CONTEXT, valid_until=clock.now() + dt.timedelta(hours=1))
    with time_machine.travel(clock.now() + dt.timedelta(hours=2)):
        delivery.deliver_due()
    assert row("sms").state == "expired"
    assert provider.taken == []


def test_a_worker_that_died_leaves_its_letter_to_the_next(party, provider):
    outbox.send("payment-received", party, CONTEXT)
    Delivery.objects.filter(channel="email").delete()
    leasing.claim(Delivery.objects.order_by("next_attempt_at"), 20)
    assert delivery.deliver_due() == 0
    with time_machine.travel(clock.now() + leasing.LEASE + dt.timedelta(seconds=1)):
        assert delivery.deliver_due() == 1
    assert row("sms").state == "delivered"


def test_what_waits_behind_something_very_slow_is_left_to_the_worker_that_took_it_since(party, provider, monkeypatch):
    for _letter in range(3):
        outbox.send("payment-received", party, CONTEXT)
    Delivery.objects.filter(channel="email").delete()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        send = channels.by_code("sms").send

        def slowly(letter):
            traveller.shift(leasing.LEASE / 2)
            return send(letter)

        monkeypatch.setattr(channels.by_code("sms"), "send", slowly)
        assert delivery.deliver_due(limit=3) == 3
    states = Delivery.objects.filter(channel="sms").values_list("state", flat=True)
    assert sorted(states) == ["delivered", "delivered", "sending"]
    assert len(provider.taken) == 2


def test_waits_double_up_to_a_limit_and_are_spread():
    for attempt in range(2, 30):
        longest = min(leasing.FIRST_WAIT * 2 ** (attempt - 2), leasing.LONGEST_WAIT)
        wait = leasing.wait_before(attempt).total_seconds()
        assert longest // 2 <= wait <= longest


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_send_the_same_letter(provider):
    for _ in range(12):
        party = factories.citizen().party
        party.phone = "13800000000"
        party.save()
        outbox.send("payment-received", party, CONTEXT)
    barrier = threading.Barrier(3)

    def work() -> int:
        barrier.wait()
        try:
            return delivery.deliver_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _n: work(), range(3)))
    assert sum(done) == 12
    keys = [headers["Idempotency-Key"] for headers, _body in provider.taken]
    assert len(keys) == len(set(keys)) == 12


# --- a worker ----------------------------------------------------------------------------------------


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_a_worker_woken_by_the_commit_delivers_the_mail(worker, smtp):
    party = factories.citizen().party
    party.email = "wang@example.cn"
    party.save()
    outbox.send("payment-received", party, CONTEXT)
    for _ in range(150):
        if smtp:
            break
        threading.Event().wait(0.1)
    assert [mail["Subject"] for mail in smtp] == ["已收到缴款 1.00 元"]
