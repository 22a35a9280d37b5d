"""Case status and to-dos reach a real 一网通办 process: lost, doubled, slow and broken answers included (Art 15)."""

import datetime as dt
import json

import httpx
import pytest
import time_machine

from apps.kernel.casework import cases
from apps.kernel.notifications import dispatch, posting, signatures
from apps.kernel.notifications.models import Dispatch
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.services.onenet import pushing
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

DETAIL = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}


@pytest.fixture
def office():
    return factories.tax_office()


@pytest.fixture
def owner(office):
    return factories.representative(factories.company(office=office))


def submitted(owner):
    return cases.open_submitted(DEFERRAL, owner, DETAIL, idempotency_key="push-0001")


def received(onenet) -> dict:
    return httpx.get(f"{onenet.url}/messages").json()


def states(onenet) -> list[str]:
    return [
        row["content"]["state"] for row in received(onenet)["messages"] if row["content"].get("type") == "case-status"
    ]


def fails(onenet, fault: str, times: int = 1) -> None:
    httpx.post(f"{onenet.url}/control", json={"fault": fault, "times": times})


def test_every_move_of_a_case_arrives_in_order(onenet, owner, office):
    case = submitted(owner)
    cases.perform(case, "accept", factories.staff(office, Role.CLERK))
    dispatch.send_due()
    assert states(onenet) == ["submitted", "handling"]
    shown = received(onenet)["shown"][case.number]
    assert shown["state"] == "handling"
    assert shown["applicant"] == owner.party.ref
    assert shown["url"].endswith(f"/onenet/cases/{case.number}/")
    assert owner.party.name not in json.dumps(shown, ensure_ascii=False)


def test_a_move_that_fails_pushes_nothing(onenet, owner, office):
    case = submitted(owner)
    with pytest.raises(cases.NotOpen):
        cases.perform(case, "approve", factories.staff(office, Role.CHIEF))
    assert Dispatch.objects.filter(stream=case.about).count() == 1


def test_a_broken_receiver_is_tried_again_and_nothing_overtakes(onenet, owner, office):
    case = submitted(owner)
    fails(onenet, "error")
    dispatch.send_due()
    cases.perform(case, "accept", factories.staff(office, Role.CLERK))
    dispatch.send_due()
    assert states(onenet) == []
    assert list(Dispatch.objects.filter(stream=case.about).order_by("sequence").values_list("state", flat=True)) == [
        "failed",
        "queued",
    ]
    # The receiver compares timestamps with its own clock, so the rows are made due instead of the clock moved.
    Dispatch.objects.update(next_attempt_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    dispatch.send_due()
    assert states(onenet) == ["submitted", "handling"]


def test_a_lost_answer_is_sent_twice_and_kept_once(onenet, owner):
    submitted(owner)
    fails(onenet, "lost")
    dispatch.send_due()
    assert Dispatch.objects.filter(state="failed").count() == 1
    Dispatch.objects.update(next_attempt_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    dispatch.send_due()
    told = received(onenet)
    assert (told["posts"], states(onenet)) == (2, ["submitted"])
    assert Dispatch.objects.get().state == "delivered"


def test_a_slow_receiver_times_out_and_the_retry_is_not_a_second_message(onenet, owner, monkeypatch):
    monkeypatch.setattr(posting, "TIMEOUT", httpx.Timeout(1))
    submitted(owner)
    fails(onenet, "slow")
    dispatch.send_due()
    row = Dispatch.objects.get()
    assert (row.state, row.last_error) == ("failed", "ReadTimeout")


def test_an_older_status_never_overwrites_a_newer_one(onenet, owner, office):
    case = submitted(owner)
    cases.perform(case, "accept", factories.staff(office, Role.CLERK))
    first, second = Dispatch.objects.filter(stream=case.about).order_by("sequence")
    for row in (second, first):
        pushing.OneNet().post(row)
    assert received(onenet)["shown"][case.number]["state"] == "handling"


def test_a_post_nobody_signed_is_refused(onenet, owner):
    submitted(owner)
    body = Dispatch.objects.get().body.encode()
    forged = signatures.headers(body, secret="somebody else's")
    assert httpx.post(f"{onenet.url}/status", content=body, headers=forged).status_code == 401
    good = signatures.headers(body, secret=onenet.secret)
    assert httpx.post(f"{onenet.url}/status", content=body, headers=good).status_code == 200
    assert httpx.post(f"{onenet.url}/status", content=body, headers=good).status_code == 401, "a replay"
    with time_machine.travel(clock.now() - dt.timedelta(minutes=10)):
        stale = signatures.headers(body, secret=onenet.secret)
    assert httpx.post(f"{onenet.url}/status", content=body, headers=stale).status_code == 401


def test_a_dead_letter_is_shown_to_its_office_and_sent_again(onenet, owner, office, client):
    case = submitted(owner)
    Dispatch.objects.update(state="dead", last_error="ConnectError")
    clerk = factories.staff(office, Role.CLERK)
    _sign_in(client, clerk)
    page = client.get("/counter/onenet/?state=dead").content.decode()
    assert case.number in page
    assert "ConnectError" in page
    row = Dispatch.objects.get()
    client.post(f"/counter/onenet/{row.pk}/again/")
    dispatch.send_due()
    assert states(onenet) == ["submitted"]


def test_another_office_neither_sees_nor_resends_it(onenet, owner, client):
    case = submitted(owner)
    Dispatch.objects.update(state="dead")
    _sign_in(client, factories.staff(factories.tax_office("浦东新区税务局第五税务所"), Role.CLERK))
    assert case.number not in client.get("/counter/onenet/").content.decode()
    assert client.post(f"/counter/onenet/{Dispatch.objects.get().pk}/again/").status_code == 404
    assert Dispatch.objects.get().state == "dead"


def test_the_page_says_when_pushing_is_not_configured(client, db, settings):
    settings.YWTB_STATUS_URL = ""
    _sign_in(client, factories.staff(factories.tax_office(), Role.CLERK))
    assert "YWTB_STATUS_URL" in client.get("/counter/onenet/").content.decode()


def test_to_dos_are_sent_when_they_change_and_only_then(onenet, owner, office):
    case = submitted(owner)
    clerk = factories.staff(office, Role.CLERK)
    cases.perform(case, "accept", clerk)
    cases.perform(case, "ask_supplement", clerk, reason="请补充银行对账单。")
    pushing.push_marked()
    dispatch.send_due()
    items = received(onenet)["shown"][owner.party.ref]["items"]
    assert any("补充材料" in item["title"] and item["kind"] == "case" for item in items)
    pushing.mark(owner.party)
    assert pushing.push_marked() == 0, "nothing changed"


@pytest.mark.django_db
def test_without_an_address_nothing_is_queued(owner, settings):
    settings.YWTB_STATUS_URL = ""
    submitted(owner)
    assert not Dispatch.objects.exists()


def _sign_in(client, actor):
    from tests.access.world import World  # noqa: PLC0415 - its sign-in gives staff the second factor they must have

    World._sign_in(client, actor.user)
