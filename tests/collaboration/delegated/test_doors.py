"""The collector's own system and pages: scopes, coded answers, forms that do what they say (Art 23)."""

import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from apps.collaboration.delegated.models import CollectionBatch
from apps.collaboration.delegated.rows import COLUMNS
from tests import factories, factories_doors
from tests import factories_delegated as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def side():
    side = make.Side()
    side.street = make.street()
    side.agreement = make.in_force(side, text={"works_as": side.street})
    side.payer = factories.company("上海阿强服饰店", office=side.office)
    return side


def post(headers, side, *rows, key="street-0001"):
    total = str(sum(Decimal(row["amount"]) for row in rows))
    body = {"items": list(rows), "control_count": len(rows), "control_total": total}
    where = reverse("api-collected-batches", args=[side.agreement.case.number])
    return Client(headers={**headers, "Idempotency-Key": key}).post(where, body, content_type="application/json")


def test_the_streets_system_delivers_within_its_scope_and_gets_codes_to_print(side):
    officer = factories.staff(side.street, "officer", name="街道系统")
    headers, row = factories_doors.system(officer, "delegated.write", "delegated.read"), make.row(side.payer)
    first = post(headers, side, row)
    assert first.status_code == 201
    assert first.json()["items"][0]["code"]
    assert post(headers, side, row).json()["ref"] == first.json()["ref"]
    wrong = post(headers, side, make.row(side.payer, levy="deed"), key="street-0002")
    assert wrong.status_code == 422
    assert [each["code"] for each in wrong.json()["problems"]] == ["levy_not_covered"]
    days = Client(headers=headers).get(reverse("api-collected-remittances", args=[side.agreement.case.number]))
    assert days.json()["results"][0]["amount"] == "120.00"
    assert post(factories_doors.system(officer, "delegated.read"), side, row).status_code == 403
    other = factories.staff(make.street(), "officer", name="别街道")
    assert post(factories_doors.system(other, "delegated.write"), side, row).status_code == 404


def test_the_collector_uploads_a_file_and_sees_each_row(side):
    client = Client()
    client.force_login(side.owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    where = reverse("delegated:deliver", args=[side.collector.ref, side.agreement.case.number])
    row = make.row(side.payer)
    text = ",".join(COLUMNS.values()) + "\n" + ",".join(row.get(name, "") for name in COLUMNS) + "\n"
    sent = {"file-control_count": 1, "file-control_total": "120.00", "key": "page-00001"}
    for _twice in range(2):
        file = io.BytesIO(text.encode())
        file.name = "a.csv"
        answer = client.post(where, {**sent, "file-file": file}, follow=True)
        assert row["receipt_number"] in answer.content.decode()
    assert CollectionBatch.objects.count() == 1


def test_the_clerk_sees_what_waits_and_what_differs(side):
    make.delivered(side.agreement, side.owner, make.row(None))
    client = Client()
    client.force_login(side.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "待确认缴费人 1 笔" in client.get(reverse("delegated_counter:index")).content.decode()
    assert "未确认缴费人 120.00 元" in client.get(reverse("delegated_counter:reconciliation")).content.decode()
