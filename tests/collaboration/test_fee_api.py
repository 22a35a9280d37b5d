"""Departments' systems deliver and read on by API, within their scopes (Art 25)."""

import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from apps.collaboration.fees import feedback, intake, views
from apps.collaboration.fees.models import FeeDelivery, FeeSource
from apps.collaboration.fees.packing import COLUMNS
from apps.collaboration.fees.tasks import take_in_waiting
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from tests import factories, factories_doors, factories_fees, factories_ledger
from tests.access.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def water() -> Actor:
    return factories_fees.officer()


@pytest.fixture
def payer():
    return factories.company(office=factories.tax_office())


def post(headers, *rows, key="water-0001", total=None):
    body = {
        "sources": list(rows),
        "control_count": len(rows),
        "control_total": total or str(sum(Decimal(row["amount"]) for row in rows)),
    }
    where = reverse("api-fee-sources")
    return Client(headers={**headers, "Idempotency-Key": key}).post(where, body, content_type="application/json")


def test_a_batch_answers_row_by_row_and_the_same_key_answers_alike(water, payer):
    headers = factories_doors.system(water, "fees.write")
    rows = [factories_fees.row(payer), factories_fees.row()]
    first = post(headers, *rows)
    assert first.status_code == 201
    assert [row["state"] for row in first.json()["results"]] == ["billed", "unmatched"]
    assert post(headers, *rows).json()["ref"] == first.json()["ref"]
    assert Charge.objects.count() == 1


def test_a_wrong_row_is_422_and_nothing_is_written(water, payer):
    answer = post(
        factories_doors.system(water, "fees.write"),
        factories_fees.row(payer),
        factories_fees.row(payer, levy="vat"),
        factories_fees.row(payer, payer={"a": [1]}, due=None),
    )
    assert answer.status_code == 422
    assert [bool(row["errors"]) for row in answer.json()["results"]] == [False, True, True]
    assert all(each["code"] for row in answer.json()["results"] for each in row["errors"])
    assert not FeeSource.objects.exists()


def test_a_bad_request_says_what_is_missing(water):
    headers = factories_doors.system(water, "fees.write")
    assert post(headers, factories_fees.row(), key="x").status_code == 400
    where = reverse("api-fee-sources")
    client = Client(headers={**headers, "Idempotency-Key": "water-0003"})
    in_fen = {"sources": [factories_fees.row()], "control_count": 1, "control_total": "100.00", "unit": "fen"}
    answer = client.post(where, in_fen, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong_unit")
    for body in ({}, {"sources": "x", "control_count": -1, "control_total": "x"}, [1]):
        client = Client(headers={**headers, "Idempotency-Key": "water-0002"})
        assert client.post(where, body, content_type="application/json").status_code == 400


def test_a_scope_reaches_no_further_and_another_departments_source_is_not_found(water, payer):
    source = factories_fees.source(water, payer)
    read_only, full = factories_doors.system(water, "fees.read"), factories_doors.system(water, "fees.write")
    assert post(read_only, factories_fees.row(payer)).status_code == 403
    assert Client(headers=full).get(reverse("api-fee-feedback")).status_code == 403
    other = factories_fees.officer("civil-defence", factories.department("民防办"))
    where = reverse("api-fee-source", args=[source.ref])
    assert Client(headers=factories_doors.system(other, "fees.write")).get(where).status_code == 404
    changed = Client(headers=full).patch(where, {"amount": "1.00", "reason": "复核"}, content_type="application/json")
    assert changed.json()["amount"] == "1.00"
    gone = Client(headers=full).delete(where, {"reason": "撤销"}, content_type="application/json")
    assert gone.json()["state"] == "withdrawn"
    idle = factories.staff(factories.department("无职责部门"), "officer", name="无职责")
    assert post(factories_doors.system(idle, "fees.write"), factories_fees.row(payer)).status_code == 403


def test_feedback_is_read_on_from_the_last(water, payer):
    owner = factories.representative(payer)
    for _each in range(3):
        factories_ledger.paid(factories_fees.source(water, payer).charge, actor=owner)
    feedback.tell_departments()
    client, seen, after = Client(headers=factories_doors.system(water, "fees.read")), [], ""
    while True:
        page = client.get(reverse("api-fee-feedback"), {"limit": 2, "after": after}).json()
        seen += [row["number"] for row in page["results"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) == 3
    assert client.get(reverse("api-fee-feedback"), {"after": "x"}).status_code == 400


def test_a_long_delivery_is_answered_at_once_and_taken_in_by_a_worker(water, payer, monkeypatch):
    monkeypatch.setattr("apps.collaboration.fees.intake.AT_ONCE", 1)
    answer = post(factories_doors.system(water, "fees.write"), factories_fees.row(payer), factories_fees.row(payer))
    assert (answer.status_code, answer.json()["state"]) == (202, "received")
    assert take_in_waiting() == 1
    assert FeeDelivery.objects.get().sources.count() == 2


def test_the_department_hands_in_a_file_on_its_page(water, payer, client):
    World._sign_in(client, water.user)
    row = factories_fees.row(payer)
    lines = [",".join(COLUMNS.values()), ",".join(f'"{row[name]}"' for name in COLUMNS)]
    file = io.BytesIO("\n".join(lines).encode())
    file.name = "a.csv"
    given = {"file-file": file, "file-control_count": 1, "file-control_total": "6720.00", "key": "page-00001"}
    answer = client.post(reverse("fees_partner:deliver"), given, follow=True)
    assert row["number"] in answer.content.decode()
    assert client.post(reverse("fees_partner:deliver"), {}).status_code == 422


def test_a_long_delivery_is_read_a_page_at_a_time_by_key(water, payer, client, monkeypatch):
    monkeypatch.setattr(views, "DOUBTED", 2)
    given = [factories_fees.row(payer) for _place in range(5)]
    delivery = factories_fees.delivered(water, *given)
    World._sign_in(client, water.user)
    address, seen = reverse("fees_partner:delivery", args=[delivery.ref]), []
    while address:
        page = client.get(address)
        seen += [source.number for source in page.context["sources"]]
        after = page.context["next"]
        assert (f"?after={after}" in page.content.decode()) is (after is not None)
        address = f"{reverse('fees_partner:delivery', args=[delivery.ref])}?after={after}" if after else ""
    assert seen == [row["number"] for row in given]
    assert "共 5 条" in page.content.decode()


def test_the_problems_of_a_long_delivery_are_all_there_to_read_under_the_files_own_headings(
    water, payer, client, monkeypatch
):
    monkeypatch.setattr(views, "DOUBTED", 2)
    wrong = [factories_fees.row(payer, due="2020-01-01") for _place in range(3)]
    delivery = factories_fees.delivered(water, *wrong, control_count=4)
    World._sign_in(client, water.user)
    address = reverse("fees_partner:delivery", args=[delivery.ref])
    first, second = client.get(address), client.get(f"{address}?problems=2")
    assert "共 4 个问题" in first.content.decode()
    assert f"{address}?problems=2" in first.content.decode()
    shown = [(each["row"], str(each["column"])) for page in (first, second) for each in page.context["problems"]]
    assert shown == [(0, "控制笔数"), (1, "缴费期限"), (2, "缴费期限"), (3, "缴费期限")]
    assert second.context["next_problem"] is None
    assert client.get(f"{address}?problems=²&after=x").status_code == 200


def test_too_many_rows_are_refused_saying_how_to_split_them(water, payer, monkeypatch):
    monkeypatch.setattr(intake, "MOST_ROWS", 1)
    with pytest.raises(ValidationError, match="分成几批，每批填各自的控制笔数和控制金额"):
        factories_fees.delivered(water, factories_fees.row(payer), factories_fees.row(payer))


@pytest.mark.parametrize("asked", ["after=x", "after=-1", "after=９", "limit=1001", "limit=1e3"])
def test_a_page_that_is_no_number_is_named(water, asked):
    answer = Client(headers=factories_doors.system(water, "fees.read")).get(f"{reverse('api-fee-feedback')}?{asked}")
    assert answer.status_code == 400
    assert asked.split("=")[0] in answer.content.decode()
