"""The hand-over code in the browser: get one at home, go on at the counter through the taxpayer's own pages."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.models import Role
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db

COMPLETE = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "47376.00",
    "months": 2,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}


class World:
    def __init__(self) -> None:
        cache.clear()
        office = factories.tax_office()
        self.payer = factories.representative(factories.company(office=office))
        self.clerk = factories.staff(office, Role.CLERK)
        self.case = cases.open_case(DEFERRAL, self.payer, COMPLETE)
        self.base = f"/as/{self.payer.party.ref}/cases/{self.case.number}/"
        self.home, self.counter = signed_in(self.payer), signed_in(self.clerk)

    def code(self, client: Client | None = None) -> str:
        page = (client or self.home).post(f"{self.base}code/")
        return re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", page.text)[0]


@pytest.fixture
def world():
    return World()


def test_from_home_to_the_counter_and_submitted(world):
    taken = world.counter.post("/counter/hand-over/", {"code": world.code().lower(), "present": "on"})
    assert taken["Location"] == world.base
    page = world.counter.get(world.base).text
    assert "您正在窗口为" in page
    assert "交还申请人" in page
    assert "黄浦区税务局第一税务所窗口正在代您填写" in world.home.get(world.base).text
    assert "现在不能“提交”：草稿正由" in world.home.get(world.base).text
    assert "核对并提交" not in world.home.get(world.base).text
    filled = world.counter.post(f"{world.base}fill/how-long/?check", {"months": "3"})
    assert filled["Location"] == f"{world.base}check/"
    assert world.counter.post(f"{world.base}check/")["Location"] == f"{world.base}done/"
    assert world.counter.get(f"{world.base}done/").status_code == 200
    assert Case.objects.get().detail.months == 3
    timeline = world.home.get(world.base).text
    assert "凭接续码在窗口接手代填草稿" in timeline
    assert timeline.count("窗口</span>") == 2
    cases.perform(Case.objects.get(), "accept", staff_actor(world.clerk.user))
    assert world.home.get(world.base).text.count("工作台</span>") == 1  # nobody stands before the clerk who accepts


def test_the_clerk_gets_no_other_page_of_the_taxpayer(world):
    world.counter.post("/counter/hand-over/", {"code": world.code(), "present": "on"})
    ref = world.payer.party.ref
    for page in ("", "cases/", "account/", "messages/", "invoices/", "mandates/", "threads/", "guide/"):
        assert world.counter.get(f"/as/{ref}/{page}").status_code == 404, page
    assert world.counter.post(f"{world.base}mail/").status_code == 302  # a draft takes no post


def test_while_it_is_at_the_counter_saving_at_home_is_refused_kindly(world):
    world.counter.post("/counter/hand-over/", {"code": world.code(), "present": "on"})
    page = world.home.post(f"{world.base}fill/how-long/", {"months": "1"}, follow=True)
    assert "请先在办件页面收回" in page.text
    assert world.home.post(f"{world.base}take-back/", follow=True).status_code == 200
    assert world.counter.get(world.base).status_code == 404
    assert world.home.post(f"{world.base}fill/how-long/", {"months": "1"})["Location"].endswith("/fill/why/")


def test_back_home_with_the_code_the_clerk_gave(world):
    world.counter.post("/counter/hand-over/", {"code": world.code(), "present": "on"})
    code = world.code(world.counter)
    assert world.counter.get(world.base).status_code == 404
    assert world.home.post("/continue/", {"code": code})["Location"] == world.base


def test_a_wrong_code_is_told_at_the_field(world):
    for client, url in ((world.counter, "/counter/hand-over/"), (world.home, "/continue/")):
        page = client.post(url, {"code": "K7M2-9QXB"})
        assert page.status_code == 422
        assert "接续码不正确或者已经失效" in page.text


def test_the_code_page_is_not_kept_by_the_browser(world):
    page = world.home.post(f"{world.base}code/")
    assert "no-store" in page["Cache-Control"]


def test_the_workbench_asks_for_a_code(world):
    assert 'action="/counter/hand-over/"' in world.counter.get("/counter/").text


def test_the_hand_over_by_api(world):
    number, party = world.case.number, world.payer.party.ref
    issued = world.home.post(f"/api/v1/cases/{number}/code/", headers={"X-Acting-For": party})
    assert issued.status_code == 201
    given = {"code": issued.json()["code"], "present": True}
    taken = world.counter.post("/api/v1/hand-overs/", given, content_type="application/json")
    assert taken.json()["acting_for"] == party
    again = world.counter.post("/api/v1/hand-overs/", given, content_type="application/json")
    assert again.status_code == 400
    done = world.counter.post(
        f"/api/v1/cases/{number}/actions/submit/", {}, content_type="application/json", headers={"X-Acting-For": party}
    )
    assert done.json()["state"] == "submitted"


def test_a_stranger_cannot_ask_for_a_code_or_take_back(world):
    stranger = signed_in(factories.citizen("陌生人"))
    for page in ("code", "take-back"):
        assert stranger.post(f"{world.base}{page}/").status_code == 404
        url = f"/api/v1/cases/{world.case.number}/{page}/"
        assert stranger.post(url, headers={"X-Acting-For": world.payer.party.ref}).status_code == 404
