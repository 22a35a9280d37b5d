"""Market regulation tells; a person decides on the quota; both sides tell each other of new businesses (Art 33)."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.notifications.models import Message
from apps.kernel.workcalendar import clock
from apps.services.invoices import quotas
from apps.supervision.joint import market
from apps.supervision.joint.models import MarketSignal
from tests.factories_risk import know

pytestmark = pytest.mark.django_db


def told(world, **more) -> MarketSignal:
    values = {
        "number": "沪市监异1182",
        "kind": "abnormal",
        "code": world.company.organisation.uscc,
        "name": world.company.name,
        "on": dt.date(2026, 11, 18),
        "note": "",
    }
    return market.receive(world.regulator, **{**values, **more})


def test_an_abnormal_business_becomes_a_review_and_nothing_changes_until_the_chief_decides(world):
    know(world.company, {"invoice_quota": 75_000_000})
    case = told(world).case
    assert (case.procedure, case.state, case.office) == ("invoice-quota-review", "open", world.bureau)
    assert quotas.of_month(world.company, clock.today()).granted == Decimal("750000.00")
    with pytest.raises(PermissionDenied):
        cases.perform(
            case, "lower", world.analyst, amount=Decimal("100000.00"), clause="第三十三条", reason="无法联系。"
        )
    with pytest.raises(ValidationError, match="低于现有额度"):
        cases.perform(case, "lower", world.chief, amount=Decimal("750000.00"), clause="第三十三条", reason="无法联系。")
    cases.perform(case, "lower", world.chief, amount=Decimal("100000.00"), clause="第三十三条", reason="无法联系。")
    assert quotas.of_month(world.company, clock.today()).granted == Decimal("100000.00")


def test_a_quota_may_be_kept_and_then_stays(world):
    know(world.company, {"invoice_quota": 75_000_000})
    case = cases.perform(told(world, kind="revoked").case, "keep", world.clerk, reason="已恢复联系。")
    assert case.state == "kept"
    assert quotas.of_month(world.company, clock.today()).granted == Decimal("750000.00")


def test_what_was_used_this_month_refuses_a_lower_decision(world):
    know(world.company, {"invoice_quota": 75_000_000})
    quotas.take(world.company, Decimal("200000.00"), clock.today())
    case = told(world).case
    with pytest.raises(ValidationError, match="不能调低到已用额度以下"):
        cases.perform(case, "lower", world.chief, amount=Decimal("100000.00"), clause="第三十三条", reason="无法联系。")
    case.refresh_from_db()
    assert case.state == "open"


def test_the_same_message_twice_is_one_and_another_under_its_number_is_refused(world):
    assert told(world).pk == told(world).pk
    assert Case.objects.filter(procedure="invoice-quota-review").count() == 1
    with pytest.raises(ValidationError, match="另一条信息"):
        told(world, kind="revoked")
    assert told(world, number="沪市监吊77", kind="revoked").case is None  # one review looks at everything
    with pytest.raises(ValidationError):
        told(world, number="沪市监异1183", on=dt.date(2026, 11, 21))


def test_new_businesses_are_exchanged_and_open_no_review(world):
    signal = told(world, number="登1", kind="new", code="91310101MA1FPX1234", name="上海晴川文化创意有限公司")
    assert (signal.party, signal.case) == (None, None)
    assert market.answer(signal, listed=False) == {
        "ref": signal.ref,
        "number": "登1",
        "registered": False,
        "listed": False,
        "review": "",
    }


def test_only_market_regulation_tells(world, client):
    for outsider in (world.outsider, world.analyst, world.payer):
        with pytest.raises(PermissionDenied):
            market.receive(outsider, number="1", kind="new", code="x", name="x", on=dt.date(2026, 11, 18))
    client.force_login(world.outsider.user)
    assert client.get("/partner/inspections/market/").status_code == 404
    client.force_login(world.regulator.user)
    posted = {
        "number": "异9",
        "kind": "abnormal",
        "code": world.company.organisation.uscc,
        "name": "某",
        "on": "2026-11-18",
    }
    answer = client.post("/api/v1/market/signals/", posted, content_type="application/json")
    assert (answer.status_code, answer.json()["registered"]) == (201, True)
    assert "异9" in client.get("/partner/inspections/market/").content.decode()
    client.force_login(world.analyst.user)
    assert "异9" in client.get("/counter/inspections/market/").content.decode()


def test_what_is_no_credit_code_is_refused_and_nothing_is_kept(world):
    for wrong in ("bad", "91310101MA1FPX1235", "' OR 1=1 --"):
        with pytest.raises(ValidationError) as refused:
            told(world, number="异10", code=wrong)
        assert "code" in refused.value.message_dict
    assert not MarketSignal.objects.exists()


def test_a_quota_that_is_kept_is_told_to_its_holder(world):
    case = told(world).case
    case = cases.perform(case, "keep", world.analyst, reason="年报迟报，已补报。")
    assert case.state == "kept"
    assert Message.objects.filter(party=world.company, about=case.about, template="case-decided").exists()
    assert market.answer(MarketSignal.objects.get(), listed=False)["review"] == "已维持"
