"""The collector's own system and pages: scopes, coded answers, forms that do what they say (Art 23)."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from apps.collaboration.delegated import procedure
from apps.collaboration.delegated.models import CollectionBatch, DelegatedInspection
from apps.collaboration.delegated.rows import COLUMNS
from apps.kernel.casework import cases
from apps.kernel.workcalendar import clock
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


def test_answers_ticked_in_a_list_are_read_in_words_before_submitting(side):
    draft = cases.open_case(procedure.AGREEMENT, side.owner, {"levies": ["vat", "stamp"]}, idempotency_key="draft-1")
    shown = factories_doors.signed_in(side.owner).get(reverse("cases:check", args=[side.collector.ref, draft.number]))
    assert "增值税、印花税" in shown.content.decode()


def test_a_condition_that_is_not_met_is_named_where_it_stands(side):
    applied = make.applied(side)
    where = reverse("counter_cases:act", args=[applied.number, "qualify"])
    met = dict.fromkeys(("lawful_body", "premises", "staff", "accounting"), "on")
    answer = factories_doors.signed_in(side.clerk).post(where, met)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["no_breach"]


def test_a_refused_batch_names_its_columns_as_the_file_does(side):
    make.grid(side.agreement, side)
    yesterday = (clock.today() - dt.timedelta(days=1)).isoformat()
    row = make.row(side.payer, certificate="代证-001", collected_on=yesterday)
    batch = make.delivered(side.agreement, side.owner, row, control_count=2)
    page = factories_doors.signed_in(side.owner).get(reverse("delegated:batch", args=[side.collector.ref, batch.ref]))
    shown = page.content.decode()
    assert "<td>控制笔数</td>" in shown
    assert "<td>代征证编号</td>" in shown
    assert "这个代征证当日不在有效期内" in shown


def test_a_clerk_plans_an_inspection_on_the_agreements_page(side):
    client = factories_doors.signed_in(side.clerk)
    where = reverse("delegated_counter:agreement", args=[side.agreement.case.number])
    given = {"do": "plan", "key": "plan-0001", "plan-planned_on": clock.today().isoformat(), "plan-scope": "票证和解缴"}
    assert client.post(where, given).status_code == 302
    assert client.post(where, given).status_code == 302
    inspection = DelegatedInspection.objects.get(agreement=side.agreement)
    assert inspection.case.applicant == side.collector
    assert inspection.case.number in client.get(where).content.decode()
