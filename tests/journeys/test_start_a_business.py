"""A citizen starts a business with one application; market, police, tax, social and medical insurance do the rest."""

import pytest
from playwright.sync_api import expect

from apps.kernel.casework.models import Case
from apps.kernel.parties import demo
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from tests import factories
from tests import factories_bundles as bundles
from tests.journeys.people import Visitor, in_both_ways

pytestmark = pytest.mark.browser

PAGES = (
    {"name": "上海浦江书香文化有限公司", "form": "company", "capital": "500000.00", "scope": "图书零售"},
    {"district": "310101", "address": "黄浦区福州路 390 号 2 层", "phone": "13800010101"},
    {"vat_kind": "small", "monthly_sales": "80000.00"},
    {"seal": "no"},
    {"hires": "yes", "headcount": "6"},
)


@pytest.fixture
def citizen(transactional_db) -> Party:
    """The demonstration's accounts, without its cases."""
    demo.seed()
    return User.objects.get(username="citizen").own_party


@in_both_ways
def test_one_application_goes_through_four_departments(citizen, visitor):
    page = visitor(_actor("citizen"))
    number = apply(page, citizen)
    page.sees("企业设立登记")

    def handled(part: str, account: str, door: str, action: str, **result: str) -> None:
        desk = visitor(_actor(account))
        case = Case.objects.get(parent__number=number, part=part)
        desk.visit(f"/{door}/cases/")
        desk.follow(case.number)
        desk.acts(action, **result)

    handled("market", "market", "partner", "accept")
    handled("market", "market", "partner", "approve", number=factories.credit_code())
    handled("tax", "clerk", "counter", "accept")
    handled("tax", "chief", "counter", "approve", amount="100000.00")
    handled("hrss", "hrss", "partner", "accept")
    follow(page, citizen, number)
    handled("hrss", "hrss", "partner", "approve", number="SB310101000123")
    handled("medical", "medical", "partner", "accept")
    handled("medical", "medical", "partner", "approve", number="YB310101000456")

    page.visit(f"/as/{citizen.ref}/cases/{number}/")
    page.sees("所有环节都已办好。")


def apply(page: Visitor, citizen: Party) -> str:
    page.visit(f"/as/{citizen.ref}/matters/start-business/")
    page.press("开始办理")
    for answers in PAGES:
        page.fill(**answers)
        page.press("保存并继续")
    page.sees("申请材料", "免于提交：提交时向 %(issuer)s 调取", issuer="公安机关")
    page.press("上传", page.say("公司章程或者设立协议"))
    page.is_asked_again()
    for paper in ("公司章程或者设立协议", "住所使用证明，例如租赁合同"):
        picture = {"name": "扫描件.png", "mimeType": "image/png", "buffer": bundles.scan().read()}
        page.page.get_by_label(page.say("上传：%(paper)s", paper=paper)).set_input_files(picture)
        page.press("上传", page.say(paper))
    page.follow("继续：核对并提交")
    page.press("提交")
    page.sees("已提交")
    page.follow("查看办理进度")
    return Case.objects.get(procedure="start-business").number


def follow(page: Visitor, citizen: Party, number: str) -> None:
    """Half way, the progress says who has each part and what waits for what."""
    page.visit(f"/as/{citizen.ref}/cases/")
    expect(page.main.locator("tbody tr")).to_have_count(1)
    page.follow(number)
    progress = page.page.get_by_role("region", name=page.say("各环节由谁办理"))
    for told in ("上海市人力资源和社会保障局", page.say("等待前面的环节")):
        expect(progress).to_contain_text(told)


def _actor(username: str) -> Actor:
    return Actor(user=User.objects.get(username=username))
