"""The signed door for other provinces: what does not prove itself changes nothing (Art 9)."""

import datetime as dt
import json
import uuid

import pytest
import time_machine

from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.notifications.dispatch import canonical
from apps.kernel.notifications.models import Dispatch
from apps.kernel.parties.models import Office, Role
from apps.kernel.workcalendar import clock
from apps.services.regions import signatures
from apps.services.regions.models import Incoming, ReceivedMessage, RegionKey, RegionMatter
from apps.services.regions.procedure import FORWARDING
from apps.services.regions.sending import PATH
from tests import factories
from tests.services.regions.conftest import THEIR_SEED, public, seed

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(zhejiang) -> Office:
    return Office.objects.create(code="sh-tax", name="上海市税务局", kind=Office.Kind.TAX_CITY)


def matter(**changed) -> dict:
    return {
        "id": str(uuid.uuid4()),
        "type": "matter.forward",
        "from": "330000",
        "to": "310000",
        "sequence": 1,
        "number": "ZJ2026000000001",
        "matter": "clearance",
        "matter_name": "清税证明",
        "applicant": {"name": "杭州某某公司", "number": "91330100MA27XYZ123", "phone": "0571-1"},
        "statement": "申请补开清税证明。",
        **changed,
    }


def post(client, content: dict | bytes, *, key: str = THEIR_SEED, region: str = "330000", **changed):
    body = content if isinstance(content, bytes) else canonical(content)
    given = signatures.headers(body, path=PATH, region=region, key=signatures.signer(key)) | changed
    return client.post(PATH, body, content_type="application/json", headers=given)


def nothing_written() -> bool:
    return not (Case.objects.exists() or Incoming.objects.exists() or ReceivedMessage.objects.exists())


def test_a_matter_from_there_opens_a_case_here_with_a_clock(client, city):
    answer = post(client, matter())
    assert answer.status_code == 200
    case = Case.objects.get(number=answer.json()["reference"])
    assert (case.procedure, case.state, case.office) == ("region-incoming", "submitted", city)
    assert case.detail.region_id == "330000"
    assert case.clocks.get().term == "region-incoming"


def test_a_matter_of_our_own_payer_goes_to_its_tax_office(client, city):
    payer = factories.company(office=factories.tax_office())
    applicant = {"name": payer.name, "number": payer.organisation.uscc, "phone": "0571-1"}
    case = Case.objects.get(number=post(client, matter(applicant=applicant)).json()["reference"])
    assert case.office == payer.office


def test_other_matters_go_to_the_office_that_works_with_the_province(client, city, zhejiang):
    zhejiang.office = factories.tax_office()
    zhejiang.save()
    case = Case.objects.get(number=post(client, matter()).json()["reference"])
    assert case.office == zhejiang.office
    assert rights.available_actions(case, factories.staff(zhejiang.office, Role.CLERK))


def test_what_we_decide_is_told_in_order(client, city):
    case = Case.objects.get(number=post(client, matter()).json()["reference"])
    cases.perform(case, "accept", factories.staff(city, Role.CLERK))
    refusal = {"reason": "资料不符。", "clause": "《税务登记管理办法》第二十八条"}
    cases.perform(case, "refuse", factories.staff(city, Role.CHIEF), **refusal)
    told = [json.loads(row.body) for row in Dispatch.objects.order_by("sequence")]
    assert [row["outcome"] for row in told] == ["progress", "refused"]
    assert {row["your_number"] for row in told} == {"ZJ2026000000001"}
    assert "第二十八条" in told[1]["words"]


@pytest.mark.parametrize(
    "spoil",
    [
        {"Signature": "sig1=:AAAA:"},
        {"Signature": ""},
        {"Signature-Input": ""},
        {"Content-Digest": "sha-256=:AAAA:"},
    ],
)
def test_a_spoiled_signature_is_refused(client, city, spoil):
    assert post(client, matter(), **spoil).status_code == 401
    assert nothing_written()


def test_a_body_changed_on_the_way_is_refused(client, city):
    good, bad = canonical(matter()), canonical(matter(statement="改过的内容"))
    given = signatures.headers(good, path=PATH, region="330000", key=signatures.signer(THEIR_SEED))
    assert client.post(PATH, bad, content_type="application/json", headers=given).status_code == 401
    assert nothing_written()


@pytest.mark.parametrize(("region", "key"), [("330000", seed()), ("990000", THEIR_SEED)], ids=["a key", "a province"])
def test_an_unknown_key_and_an_unknown_province_are_refused_alike(client, city, region, key):
    answer = post(client, matter(), region=region, key=key)
    assert answer.status_code == 401
    assert nothing_written()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_or_future_timestamp_is_refused(client, city, minutes):
    body = canonical(matter())
    with time_machine.travel(clock.now() + dt.timedelta(minutes=minutes)):
        given = signatures.headers(body, path=PATH, region="330000", key=signatures.signer(THEIR_SEED))
    assert client.post(PATH, body, content_type="application/json", headers=given).status_code == 401
    assert nothing_written()


def test_a_signature_for_another_path_is_refused(client, city):
    body = canonical(matter())
    given = signatures.headers(body, path="/api/v1/elsewhere/", region="330000", key=signatures.signer(THEIR_SEED))
    assert client.post(PATH, body, content_type="application/json", headers=given).status_code == 401


def test_keys_change_without_a_pause(client, city, zhejiang):
    fresh = seed()
    assert post(client, matter(), key=fresh).status_code == 401
    RegionKey.objects.create(region=zhejiang, public_key=public(fresh))
    assert post(client, matter(), key=fresh).status_code == 200
    assert post(client, matter(number="ZJ2"), key=THEIR_SEED).status_code == 200
    RegionKey.objects.filter(public_key=public(THEIR_SEED)).update(
        valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2020, 12, 31)
    )
    assert post(client, matter(number="ZJ3"), key=THEIR_SEED).status_code == 401


def test_a_province_that_is_no_longer_a_partner_is_refused(client, city, zhejiang):
    zhejiang.active = False
    zhejiang.save()
    assert post(client, matter()).status_code == 401


def test_a_repeated_message_gets_the_same_answer_and_does_nothing(client, city):
    content = matter()
    answers = {post(client, content).json()["reference"] for _time in range(3)}
    assert len(answers) == 1
    assert Case.objects.count() == 1


def test_the_same_id_with_another_content_is_a_conflict(client, city):
    content = matter()
    post(client, content)
    assert post(client, {**content, "statement": "别的"}).status_code == 409
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": "320000"}, "to"),
        ({"type": "matter.delete"}, "type"),
        ({"id": "1"}, "id"),
        ({"applicant": {"name": "x"}}, "applicant"),
        ({"statement": ""}, "statement"),
        ({"matter": "../x"}, "matter"),
        ({"sequence": 0}, "sequence"),
    ],
)
def test_what_cannot_be_read_is_named(client, city, changed, field):
    answer = post(client, matter(**changed))
    assert answer.status_code == 400
    assert field in answer.content.decode()
    assert nothing_written()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b"null"])
def test_a_body_that_is_no_message_is_refused(client, city, body):
    assert post(client, body).status_code == 400
    assert nothing_written()


# --- what comes back of a matter we forwarded --------------------------------------------------------


@pytest.fixture
def forwarded(zhejiang):
    office = factories.tax_office()
    owner = factories.representative(factories.company(office=office))
    detail = {"matter": RegionMatter.objects.get(), "statement": "报验", "consent": True}
    case = cases.open_submitted(FORWARDING, owner, detail, idempotency_key="region-0002")
    return cases.perform(case, "forward", factories.staff(office, Role.CLERK))


def word(case, sequence: int, outcome: str, words: str = "办理中") -> dict:
    return {
        "id": str(uuid.uuid4()),
        "type": "matter.progress",
        "from": "330000",
        "to": "310000",
        "sequence": sequence,
        "number": "ZJ9",
        "your_number": case.number,
        "outcome": outcome,
        "words": words,
    }


def test_an_older_word_never_follows_a_newer_one(client, forwarded):
    assert post(client, word(forwarded, 2, "progress", "正在审核")).status_code == 200
    answer = post(client, word(forwarded, 1, "progress", "刚收到"))
    assert answer.json()["reference"] == "superseded"
    assert post(client, word(forwarded, 3, "approved", "办好了")).status_code == 200
    assert post(client, word(forwarded, 4, "refused", "又不行")).json()["reference"] == "superseded"
    forwarded.refresh_from_db()
    assert forwarded.state == "done"
    assert "刚收到" not in "".join(step.reason for step in forwarded.steps.all())


def test_a_province_cannot_speak_of_anothers_matter(client, forwarded, zhejiang):
    from apps.services.regions.models import Region  # noqa: PLC0415 - only here

    other = seed()
    anhui = Region.objects.create(code="340000", name="安徽省", address="http://127.0.0.1:9")
    RegionKey.objects.create(region=anhui, public_key=public(other))
    answer = post(client, word(forwarded, 1, "approved"), key=other, region="340000")
    assert answer.status_code == 400
    forwarded.refresh_from_db()
    assert forwarded.state == "forwarded"
    assert not ReceivedMessage.objects.exists()


def test_nothing_leaves_without_consent(zhejiang):
    from django.core.exceptions import ValidationError  # noqa: PLC0415 - only here

    owner = factories.representative(factories.company(office=factories.tax_office()))
    detail = {"matter": RegionMatter.objects.get(), "statement": "报验", "consent": False}
    with pytest.raises(ValidationError) as refused:
        cases.open_submitted(FORWARDING, owner, detail, idempotency_key="region-0003")
    assert "consent" in refused.value.message_dict
    assert not Dispatch.objects.exists()


def test_nobody_but_the_portal_reports_for_the_other_side(forwarded):
    from django.core.exceptions import PermissionDenied  # noqa: PLC0415 - only here

    clerk = factories.staff(forwarded.office, Role.CLERK)
    with pytest.raises(PermissionDenied):
        cases.perform(forwarded, "arrive", clerk)
