"""A court's own system asks, tells and remits; refusals have a code and leave nothing (Art 30)."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from apps.collaboration.courts.models import BankruptcyClaim, CourtRemittance, CourtSale
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.workcalendar import clock
from tests import factories, factories_doors, factories_judicial

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return factories_judicial.world()


def post(headers, route, *args, key="court-0001", **body):
    client = Client(headers={**headers, "Idempotency-Key": key})
    return client.post(reverse(route, args=args), body, content_type="application/json")


def sale(w, **changed):
    return {
        **factories_judicial.SALE,
        "price": "10900000.00",
        "party_code": w.company.organisation.uscc,
        **changed,
    }


def test_a_sale_from_question_to_money(w):
    headers = factories_doors.system(w.court, "enforcement.write")
    first = post(headers, "api-court-sales", **sale(w))
    assert first.status_code == 201
    number = first.json()["number"]
    assert post(headers, "api-court-sales", **sale(w)).json()["number"] == number
    assert CourtSale.objects.count() == 1
    cases.perform(Case.objects.get(number=number), "answer", w.clerk)
    matter = Client(headers=headers).get(reverse("api-court-matter", args=[number])).json()
    assert {"sold", "unsold"} == set(matter["actions"])
    assert [row["amount"] for row in matter["taxes"] if row["levy"] == "deed"] == ["300000.00"]
    today = clock.today().isoformat()
    sold = post(headers, "api-court-action", number, "sold", key="court-0002", price="9810000.00", sold_on=today)
    assert sold.json()["state"] == "sold"
    money = {"amount": "99999999.00", "on": today, "reference": "C-1"}
    refusal = post(headers, "api-court-action", number, "remit", key="court-0003", **money)
    assert (refusal.status_code, refusal.json()["code"]) == (400, "above_claim")
    assert not CourtRemittance.objects.exists()
    taken = post(headers, "api-court-action", number, "remit", key="court-0004", **{**money, "amount": "100.00"})
    assert taken.json()["remittances"] == [{"reference": "C-1", "amount": "100.00", "on": today}]
    twice = post(headers, "api-court-action", number, "remit", key="court-0005", **{**money, "amount": "100.00"})
    assert twice.json()["code"] == "twice"


def test_a_bankruptcy_is_told_and_what_is_wrong_is_named(w):
    headers = factories_doors.system(w.court, "enforcement.write")
    body = {
        "court_case": "（2026）沪03破8号",
        "party_code": w.company.organisation.uscc,
        "accepted_on": clock.today().isoformat(),
        "claim_by": (clock.today() + dt.timedelta(days=30)).isoformat(),
        "administrator": "上海正明律师事务所",
        "contact": "021-60000000",
    }
    wrong = post(headers, "api-court-bankruptcies", **{**body, "claim_by": body["accepted_on"]})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "claim_by")
    unknown = post(headers, "api-court-bankruptcies", **{**body, "party_code": "91310000000000000X"})
    assert unknown.json()["code"] == "unknown_party"
    assert not BankruptcyClaim.objects.exists()
    assert post(headers, "api-court-bankruptcies", **body).status_code == 201
    assert post(headers, "api-court-bankruptcies", key="court-0009", **body).json()["code"] == "twice"


def test_only_the_court_itself_and_only_with_its_scope(w):
    case = factories_judicial.sale(w)
    other = factories.staff(factories.department("浦东新区人民法院", "court"), "officer")
    foreign = factories_doors.system(other, "enforcement.write")
    assert Client(headers=foreign).get(reverse("api-court-matter", args=[case.number])).status_code == 404
    assert post(factories_doors.system(w.court, "cases"), "api-court-sales", **sale(w)).status_code == 403
    assert post(factories_doors.system(w.bank, "enforcement.write"), "api-court-sales", **sale(w)).status_code == 403
    assert post(foreign, "api-court-action", case.number, "sold", price="1.00").status_code == 404
    own = factories_doors.system(w.court, "enforcement.write")
    closed = post(own, "api-court-action", case.number, "answer", key="court-0007")
    assert closed.status_code == 403
