"""A partner's message: signed and in time, refused with a code, kept, replayed through its own door (Arts 22-30)."""

import json

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from apps.collaboration.courts.models import CourtSale
from apps.collaboration.messages import keeping
from apps.collaboration.messages.models import PartnerKey, RefusedMessage
from apps.kernel.audit.models import Event
from apps.kernel.notifications import signatures
from apps.kernel.parties.models import Organisation, PartnerClient
from apps.kernel.workcalendar import clock
from tests import factories_doors, factories_judicial

pytestmark = pytest.mark.django_db
SECRET = "法院与税务机关约定的密钥"


@pytest.fixture
def w():
    return factories_judicial.world()


def sale(w, **changed) -> dict[str, str]:
    return {**factories_judicial.SALE, "price": "10900000.00", "party_code": w.company.organisation.uscc, **changed}


@pytest.fixture
def court(w):
    """A court's system that signs: a function that sends one message about a sale."""
    token = factories_doors.system(w.court, "enforcement.write")
    PartnerKey.objects.create(client=PartnerClient.objects.get(office=w.court.office), secret=SECRET)

    def send(*, key="court-0001", secret=SECRET, signed=None, headers=None, **changed):
        body = json.dumps(sale(w, **changed), default=str).encode()
        proof = signatures.headers(signed or body, secret=secret) if headers is None else headers
        client = Client(headers={**token, "Idempotency-Key": key, **proof})
        return client.generic("POST", reverse("api-court-sales"), body, content_type="application/json")

    return send


def test_a_signed_message_is_taken_and_leaves_nothing_refused(court):
    assert court().status_code == 201
    assert not RefusedMessage.objects.exists()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"headers": {}}, "unsigned"),
        ({"secret": "another"}, "wrong_signature"),
        ({"signed": b'{"price": "1.00"}'}, "wrong_signature"),
    ],
)
def test_what_the_partner_has_not_signed_is_refused_kept_and_does_nothing(court, sent, code):
    answer = court(**sent)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert not CourtSale.objects.exists()
    message = RefusedMessage.objects.get()
    assert (message.code, message.attempts, message.state) == (code, 1, "refused")
    assert json.loads(bytes(message.body))["price"] == "10900000.00"


@pytest.mark.parametrize(
    ("body", "words"), [(b"{bad", "不是有效的 JSON（第 1 行第 2 列起）"), (b"[]", "一个 JSON 对象")]
)
def test_a_message_nobody_can_read_is_refused_with_a_code_and_kept_as_it_came(w, court, body, words):
    client = Client(
        headers={
            **factories_doors.system(w.court, "enforcement.write"),
            "Idempotency-Key": "court-0001",
            **signatures.headers(body, secret=SECRET),
        }
    )
    answer = client.generic("POST", reverse("api-court-sales"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert words in answer.json()["errors"]["detail"][0]
    message = RefusedMessage.objects.get()
    assert (message.code, bytes(message.body)) == ("malformed", body)


def test_a_key_used_for_another_content_is_refused_with_a_code(court):
    assert court().status_code == 201
    again = court(price="9900000.00")
    assert (again.status_code, again.json()["code"]) == (400, "doubled_key")


def test_a_stale_timestamp_is_refused_and_the_message_can_be_replayed_by_a_clerk(w, court):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        proof = signatures.headers(json.dumps(sale(w), default=str).encode(), secret=SECRET)
        traveller.shift(signatures.WINDOW_SECONDS + 1)
        answer = court(headers=proof)
    assert (answer.status_code, answer.json()["code"]) == (401, "stale_timestamp")
    message = RefusedMessage.objects.get()
    for refused in (w.court, w.bank, w.owner):
        with pytest.raises(PermissionDenied):
            keeping.replay(message, actor=refused)
    assert Event.objects.using("evidence").filter(action="partner-message.replay").count() == 3
    assert keeping.replay(message, actor=w.clerk).state == "taken"
    assert CourtSale.objects.count() == 1
    assert Event.objects.filter(action="partner-message.replayed", data__status=201).exists()
    with pytest.raises(ValidationError):
        keeping.replay(message, actor=w.clerk)
    assert CourtSale.objects.count() == 1


def test_a_forged_message_stays_refused_however_often_it_is_replayed(w, court):
    court(secret="another")
    message = keeping.replay(RefusedMessage.objects.get(), actor=w.clerk)
    assert (message.state, message.code, message.attempts) == ("refused", "wrong_signature", 2)
    assert not CourtSale.objects.exists()
    # The secret was entered wrongly here: once it is right, the same bytes are taken.
    PartnerKey.objects.update(secret="another")
    assert keeping.replay(message, actor=w.clerk).state == "taken"


def test_both_secrets_count_while_a_partner_changes_its_own(court):
    PartnerKey.objects.update(secret="new", former=SECRET)
    assert court(key="court-0001").status_code == 201
    assert court(key="court-0002", secret="new").status_code == 201
    assert court(key="court-0003", secret="old").status_code == 401


def test_a_nonce_stands_for_one_call_only(w, court):
    proof = signatures.headers(json.dumps(sale(w), default=str).encode(), secret=SECRET)
    assert court(headers=proof).status_code == 201
    assert court(headers=proof).status_code == 201  # the answer was lost: the same call, the same answer
    again = court(headers=proof, key="court-0002")
    assert (again.status_code, again.json()["code"]) == (401, "doubled_nonce")
    assert CourtSale.objects.count() == 1


def test_an_amount_in_another_unit_is_refused_with_a_code_and_kept(w, court):
    answer = court(unit="fen")
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_unit")
    assert RefusedMessage.objects.get().code == "wrong_unit"
    assert not CourtSale.objects.exists()
    assert court(key="court-0002", unit="yuan").status_code == 201


def test_an_unknown_payer_is_refused_with_a_code_and_replayed_once_registered(w, court):
    code = w.company.organisation.uscc
    Organisation.objects.filter(party=w.company).update(uscc="91310000000000000X")
    for _again in range(2):
        assert court(party_code=code).json()["code"] == "unknown_party"
    message = RefusedMessage.objects.get()
    assert (message.code, message.attempts) == ("unknown_party", 2)
    Organisation.objects.filter(party=w.company).update(uscc=code)
    page = Client()
    page.force_login(w.clerk.user)
    assert "unknown_party" in page.get(reverse("messages_counter:index")).content.decode()
    shown = page.post(reverse("messages_counter:replay", args=[message.ref]), follow=True)
    assert "已重放并接收" in shown.content.decode()
    assert CourtSale.objects.get().court_case


def test_a_partner_without_a_secret_is_let_in_by_its_token_alone(w):
    token = factories_doors.system(w.court, "enforcement.write")
    client = Client(headers={**token, "Idempotency-Key": "court-0001"})
    assert client.post(reverse("api-court-sales"), sale(w), content_type="application/json").status_code == 201
    refused = client.post(reverse("api-court-sales"), sale(w, party_code="x" * 18), content_type="application/json")
    assert (refused.status_code, RefusedMessage.objects.get().code) == (400, "unknown_party")
