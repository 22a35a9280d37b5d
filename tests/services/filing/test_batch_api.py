"""An agency's software files for its clients in batches, under the same checks as the pages."""

import pytest
from django.test import Client

from apps.kernel.audit.models import ReadLog
from apps.kernel.parties.models import Organisation
from apps.services.filing import batches
from apps.services.filing.models import FilingBatch, Return
from tests import factories
from tests.factories_filing import payer
from tests.services.filing.test_batches import client_of

pytestmark = pytest.mark.django_db

AT = "/api/v1/filing/batches/"


def firm(office, name: str = "上海信衡税务师事务所"):
    return factories.representative(factories.company(name, office, form=Organisation.Form.AGENCY))


def caller(actor) -> Client:
    client = Client(headers={"X-Acting-For": actor.party.ref, "Idempotency-Key": "order-of-october"})
    client.force_login(actor.user)
    return client


@pytest.fixture
def agency(office):
    return firm(office)


@pytest.fixture
def api(agency):
    return caller(agency)


def test_what_clients_have_to_file_is_ordered_and_followed(api, agency, office):
    party = client_of(agency, office)
    found = api.get("/api/v1/filing/clients/").json()
    ready = {row["kind"]: row["code"] for row in found["results"] if row["ready"] and not row["nil"]}
    assert (set(ready), found["page"], found["pages"]) == ({"vat"}, 1, 1)
    assert ReadLog.objects.filter(party_id=party.pk).exists()
    for _twice in range(2):
        answer = api.post(AT, {"chosen": list(ready.values())}, content_type="application/json")
        assert answer.status_code == 201, answer.content
    batch = FilingBatch.objects.get()
    assert (answer.json()["ref"], answer.json()["total"], answer.json()["done"]) == (batch.ref, 1, 0)
    batches.work_off(batch)
    (item,) = api.get(f"{AT}{batch.ref}/").json()["items"]
    number = Return.objects.get().case.number
    assert (item["party"], item["outcome"], item["case"]) == (party.ref, "filed", number)
    assert [(row["ref"], row["done"]) for row in api.get(AT).json()] == [(batch.ref, 1)]


@pytest.mark.parametrize("chosen", [None, [], ["nonsense"], "all", ["x/vat/2026-09"], [1] * 501])
def test_an_order_that_names_something_else_is_refused(api, agency, office, chosen):
    client_of(agency, office)
    answer = api.post(AT, {"chosen": chosen}, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["chosen"])
    assert not FilingBatch.objects.exists()


def test_an_order_without_a_key_is_refused(agency, office):
    party = client_of(agency, office)
    client = Client(headers={"X-Acting-For": agency.party.ref})
    client.force_login(agency.user)
    answer = client.post(AT, {"chosen": [f"{party.ref}/vat/2026-09"]}, content_type="application/json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


def test_another_firm_neither_orders_nor_sees_anything(agency, office):
    party = client_of(agency, office)
    batch = batches.open_batch(agency, [f"{party.ref}/vat/2026-09"], idempotency_key="o-1")
    other = caller(firm(office, "另一家事务所"))
    assert other.get("/api/v1/filing/clients/").json()["results"] == []
    assert other.get(AT).json() == []
    absent, foreign = other.get(f"{AT}000000000000/"), other.get(f"{AT}{batch.ref}/")
    assert (absent.status_code, absent.content) == (foreign.status_code, foreign.content) == (404, absent.content)
    order = {"chosen": [f"{party.ref}/vat/2026-09"]}
    assert other.post(AT, order, content_type="application/json").status_code == 400
    for nobody in (payer(office), factories.citizen(office=office)):
        assert caller(nobody).get("/api/v1/filing/clients/").status_code == 403
        assert caller(nobody).get(AT).status_code == 403
        assert caller(nobody).post(AT, order, content_type="application/json").status_code == 403
    assert FilingBatch.objects.count() == 1
