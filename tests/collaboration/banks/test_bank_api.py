"""A bank's own system: its requests and nobody else's, coded refusals, nothing half-written (Art 29)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from oauth2_provider.models import AccessToken

from apps.collaboration.banks.models import AccountOrder
from apps.kernel.workcalendar import clock
from tests import factories_doors, factories_judicial

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return factories_judicial.world()


def call(headers, case, page="answer", key="bank-0001", **body):
    where = reverse(f"api-account-{page}", args=[case.number])
    return Client(headers={**headers, "Idempotency-Key": key}).post(where, body, content_type="application/json")


def test_a_bank_reads_what_waits_and_answers_once(w):
    headers = factories_doors.system(w.bank, "accounts.answer")
    case = factories_judicial.at_bank(w, "accounts", wants_accounts=True, wants_balances=True)
    page = Client(headers=headers).get(reverse("api-account-requests")).json()
    (row,) = page["results"]
    assert (row["number"], row["identifier"], row["permit_code"]) == (
        case.number,
        w.company.organisation.uscc,
        case.detail.permit.code,
    )
    assert "多次催缴" not in str(page)
    account = {"number": "31000001", "kind": "基本存款账户", "balance": "12.50"}
    assert call(headers, case, accounts=[account]).status_code == 200
    assert call(headers, case, accounts=[account]).status_code == 200  # the same key: the same answer
    again = call(headers, case, key="bank-0002", accounts=[account])
    assert (again.status_code, again.json()["code"]) == (400, "not_open")
    assert case.detail.accounts.get().balance == Decimal("12.50")


def test_bad_answers_have_a_code_and_leave_nothing(w):
    headers = factories_doors.system(w.bank, "accounts.answer")
    enquiry = factories_judicial.at_bank(w, "accounts", wants_accounts=True)
    answer = call(headers, enquiry, accounts=[{"number": "1", "kind": "x", "balance": "1.00"}])
    assert (answer.status_code, answer.json()["code"]) == (400, "not_asked")
    charge = factories_judicial.overdue(w.company)
    order = factories_judicial.at_bank(
        w, "overdue", limit=Decimal("100.00"), pay_order=factories_judicial.pay_order(w, charge)
    )
    today = clock.today()
    good = {"executed": "100.00", "executed_on": today.isoformat(), "reference": "B-1"}
    for changed, code in [
        ({"unit": "fen"}, "wrong_unit"),
        ({"executed": "100.01"}, "above_order"),
        ({"executed_on": (today - dt.timedelta(days=1)).isoformat()}, "stale"),
        ({"reference": ""}, "reference"),
    ]:
        refusal = call(headers, order, **{**good, **changed})
        assert (refusal.status_code, refusal.json()["code"]) == (400, code)
    assert call(headers, order, executed="x").status_code == 400
    assert AccountOrder.objects.get(case=order).executed is None
    charge.refresh_from_db()
    assert charge.paid == 0


def test_a_foreign_request_is_not_there_and_a_wrong_token_is_nobody(w):
    case = factories_judicial.at_bank(w, "accounts", wants_accounts=True)
    other = factories_doors.system(w.other_bank, "accounts.answer")
    foreign = call(other, case, accounts=[])
    absent = Client(headers={**other, "Idempotency-Key": "bank-0009"}).post(
        reverse("api-account-answer", args=["SH2026999999999"]), {}, content_type="application/json"
    )
    assert (foreign.status_code, foreign.content) == (404, absent.content)
    assert call(factories_doors.system(w.bank, "cases"), case, accounts=[]).status_code == 403
    court = factories_doors.system(w.court, "accounts.answer")
    assert call(court, case, accounts=[]).status_code == 403
    assert call({"Authorization": "Bearer forged"}, case, accounts=[]).status_code == 401
    mine = factories_doors.system(w.bank, "accounts.answer")
    AccessToken.objects.update(expires=clock.now() - dt.timedelta(seconds=1))
    assert call(mine, case, accounts=[]).status_code == 401
    case.refresh_from_db()
    assert case.state == "at_bank"
