"""Credit and qualifications across provinces: asked for a purpose, answered with consent only (Art 9)."""

import datetime as dt
import json
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.audit.reading import reads_of
from apps.kernel.notifications.models import Dispatch, Message
from apps.kernel.parties.models import Mandate, Role
from apps.kernel.workcalendar import clock
from apps.services.agencies.models import Agency
from apps.services.regions import recognition
from apps.services.regions.models import RecognitionConsent, RecognitionQuery
from tests import factories
from tests.access.world import World
from tests.services.regions.test_messages import post

pytestmark = pytest.mark.django_db


@pytest.fixture
def head():
    party = factories.company("上海衡信税务师事务所", office=factories.tax_office(), form="agency")
    Agency.objects.create(number="TSC20260000001", party=party, kind="tax_firm", services="filing")
    return factories.representative(party)


def question(party, **changed) -> dict:
    return {
        "id": str(uuid.uuid4()),
        "type": "recognition.question",
        "from": "330000",
        "to": "310000",
        "sequence": 1,
        "ref": "Q-1",
        "kind": "agency",
        "credit_code": party.organisation.uscc,
        "name": party.name,
        "purpose": "委托代理报验",
        **changed,
    }


def told() -> dict:
    return json.loads(Dispatch.objects.latest("created_at").body)


def in_a_month() -> dt.date:
    return clock.today() + dt.timedelta(days=30)


def test_with_consent_the_grade_is_told_logged_and_the_taxpayer_knows(client, zhejiang, head):
    recognition.consent(head, region=zhejiang, kind="agency", valid_to=in_a_month())
    assert post(client, question(head.party)).status_code == 200
    assert (told()["outcome"], told()["your_ref"]) == ("known", "Q-1")
    assert told()["answer"].endswith("TSC4")
    assert list(reads_of(head.party))
    assert Message.objects.filter(party=head.party, template="recognition-asked").count() == 1


def test_without_consent_nothing_is_told_and_an_unknown_company_looks_the_same(client, zhejiang, head):
    post(client, question(head.party))
    refused = told()
    post(client, question(head.party, ref="Q-2", name="没有这家公司"))
    unknown = told()
    assert refused["outcome"] == unknown["outcome"] == "no_consent"
    assert refused["answer"] == unknown["answer"] == ""


def test_consent_for_one_thing_is_not_consent_for_another(client, zhejiang, head):
    recognition.consent(head, region=zhejiang, kind="agency", valid_to=in_a_month())
    post(client, question(head.party, kind="credit"))
    assert told()["outcome"] == "no_consent"


def test_consent_taken_back_counts_at_once(client, zhejiang, head):
    row = recognition.consent(head, region=zhejiang, kind="agency", valid_to=in_a_month())
    recognition.revoke(row, head)
    post(client, question(head.party))
    assert told()["outcome"] == "no_consent"


def test_only_who_manages_the_party_consents(zhejiang, head):
    clerk = factories.representative(head.party, Mandate.Kind.FILER, name="小王")
    with pytest.raises(PermissionDenied):
        recognition.consent(clerk, region=zhejiang, kind="agency", valid_to=in_a_month())
    row = recognition.consent(head, region=zhejiang, kind="agency", valid_to=in_a_month())
    with pytest.raises(PermissionDenied):
        recognition.revoke(row, factories.representative(factories.company("别的公司")))
    assert RecognitionConsent.objects.get().revoked_at is None


@pytest.mark.parametrize("days", [-1, 400])
def test_consent_has_an_end_within_a_year(zhejiang, head, days):
    with pytest.raises(ValidationError) as refused:
        recognition.consent(head, region=zhejiang, kind="agency", valid_to=clock.today() + dt.timedelta(days=days))
    assert "valid_to" in refused.value.message_dict


def test_we_ask_and_learn_the_answer_once(client, zhejiang):
    office = factories.tax_office()
    asked = recognition.ask(
        factories.staff(office, Role.CLERK),
        region=zhejiang,
        kind="credit",
        credit_code=factories.credit_code(),
        name="杭州某某公司",
        purpose="跨区域涉税事项报验 SH2026000000001",
    )
    assert told()["type"] == "recognition.question"
    answer = {
        "id": str(uuid.uuid4()),
        "type": "recognition.answer",
        "to": "310000",
        "sequence": 1,
        "your_ref": asked.ref,
        "outcome": "known",
        "answer": "A",
    }
    assert post(client, answer).status_code == 200
    assert post(client, {**answer, "id": str(uuid.uuid4()), "answer": "D"}).status_code == 200
    asked.refresh_from_db()
    assert (asked.outcome, asked.answer) == ("known", "A")
    assert post(client, {**answer, "id": str(uuid.uuid4()), "your_ref": "foreign"}).status_code == 400


def test_the_staff_page_asks_and_others_do_not_reach_it(client, zhejiang, head):
    office = factories.tax_office()
    World._sign_in(client, factories.staff(office, Role.CLERK).user)
    form = {
        "region": "330000",
        "kind": "credit",
        "credit_code": factories.credit_code(),
        "name": "某公司",
        "purpose": "报验",
    }
    assert client.post("/counter/regions/", form).status_code == 302
    assert "某公司" in client.get("/counter/regions/").content.decode()
    assert client.post("/counter/regions/", {**form, "credit_code": "123"}).status_code == 422
    World._sign_in(client, factories.staff(factories.tax_office("别的税务所"), Role.CLERK).user)
    assert "某公司" not in client.get("/counter/regions/").content.decode()
    client.force_login(head.user)
    assert client.get("/counter/regions/").status_code == 404
    assert RecognitionQuery.objects.count() == 1


def test_the_taxpayer_gives_and_takes_back_on_the_page(client, zhejiang, head):
    client.force_login(head.user)
    url = f"/as/{head.party.ref}/recognition/"
    given = {"region": "330000", "kind": "agency", "valid_to": in_a_month().isoformat()}
    assert client.post(url, given).status_code == 302
    assert client.post(url, given).status_code == 422, "twice the same"
    row = RecognitionConsent.objects.get()
    assert client.post(f"{url}{row.ref}/revoke/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_at is not None
    client.force_login(factories.citizen().user)
    assert client.get(url).status_code == 404
