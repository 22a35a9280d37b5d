"""A citizen starts a business with one application; market, police, tax, social and medical insurance do the rest."""

import re

import pytest
from django.conf import global_settings
from playwright.sync_api import expect

from apps.kernel.casework.models import Case
from apps.kernel.parties import demo
from apps.kernel.parties.models import Party, User
from tests import factories
from tests import factories_bundles as bundles

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PAGES = (
    {"name": "上海浦江书香文化有限公司", "form": "company", "capital": "500000.00", "scope": "图书零售"},
    {"district": "310101", "address": "黄浦区福州路 390 号 2 层", "phone": "13800010101"},
    {"vat_kind": "small", "monthly_sales": "80000.00"},
    {"seal": "no"},
    {"hires": "yes", "headcount": "6"},
)


@pytest.fixture
def citizen(transactional_db, settings) -> Party:
    """The demonstration's accounts, without its cases."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the portal process checks them
    demo.seed()
    return User.objects.get(username="citizen").own_party


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_one_application_goes_through_four_departments(javascript, citizen, portal, new_page, sign_in, axe):
    look = axe if javascript else lambda _page: None
    page = new_page(java_script_enabled=javascript)
    sign_in(page, User.objects.get(username="citizen"))
    number = apply(page, citizen, look)
    expect(page.locator("main")).to_contain_text("企业设立登记")

    def handled(part: str, account: str, door: str, action: str, **result: str) -> None:
        desk = new_page(java_script_enabled=javascript)
        sign_in(desk, User.objects.get(username=account))
        case = Case.objects.get(parent__number=number, part=part)
        desk.goto(f"/{door}/cases/")
        desk.get_by_role("link", name=case.number).click()
        desk.locator(f"a[href$='/do/{action}/']").click()
        for name, value in result.items():
            desk.locator(f"[name={name}]").fill(value)
        desk.locator("main form button").first.click()
        expect(desk.get_by_role("status").filter(has_text="已完成")).to_be_visible()
        look(desk)

    handled("market", "market", "partner", "accept")
    handled("market", "market", "partner", "approve", number=factories.credit_code())
    handled("tax", "clerk", "counter", "accept")
    handled("tax", "chief", "counter", "approve", amount="100000.00")
    handled("hrss", "hrss", "partner", "accept")
    follow(page, citizen, number, look)
    handled("hrss", "hrss", "partner", "approve", number="SB310101000123")
    handled("medical", "medical", "partner", "accept")
    handled("medical", "medical", "partner", "approve", number="YB310101000456")

    page.goto(f"/as/{citizen.ref}/cases/{number}/")
    expect(page.locator("main")).to_contain_text("所有环节都已办好")
    look(page)


def apply(page, citizen: Party, look) -> str:
    page.goto(f"/as/{citizen.ref}/matters/start-business/")
    look(page)
    page.get_by_role("button", name="开始办理").click()
    for answers in PAGES:
        look(page)
        for name, value in answers.items():
            field = page.locator(f"main [name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.get_by_role("button", name="保存并继续").click()

    expect(page.get_by_role("heading", name="申请材料", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("免于提交：提交时向 公安机关 调取")
    look(page)
    page.get_by_role("button", name="上传 公司章程或者设立协议").click()
    expect(page).to_have_title(re.compile("^错误："))
    look(page)
    for paper in ("公司章程或者设立协议", "住所使用证明，例如租赁合同"):
        picture = {"name": "扫描件.png", "mimeType": "image/png", "buffer": bundles.scan().read()}
        page.get_by_label(f"上传：{paper}").set_input_files(picture)
        page.get_by_role("button", name=f"上传 {paper}").click()
    page.get_by_role("link", name="继续：核对并提交").click()
    look(page)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已提交")).to_be_visible()
    page.get_by_role("link", name="查看办理进度").click()
    return Case.objects.get(procedure="start-business").number


def follow(page, citizen: Party, number: str, look) -> None:
    """Half way, the progress says who has each part and what waits for what."""
    page.goto(f"/as/{citizen.ref}/cases/")
    expect(page.locator("main tbody tr")).to_have_count(1)
    page.get_by_role("link", name=number).click()
    progress = page.get_by_role("region", name="各环节由谁办理")
    for told in ("上海市人力资源和社会保障局", "等待前面的环节"):
        expect(progress).to_contain_text(told)
    expect(page.locator("main")).to_contain_text("等待：用人单位社会保险登记")
    look(page)
