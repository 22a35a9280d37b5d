"""A journey in a real browser: somebody reports anonymously, comes back from elsewhere, and talks with the office."""

import re

import pytest
from playwright.sync_api import expect

from apps.kernel.parties.models import User
from tests import factories_reports

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_anonymous_report_with_dialogue(javascript, transactional_db, new_page, sign_in, axe):
    desk = factories_reports.desk()
    look = axe if javascript else lambda _page: None
    page = new_page(java_script_enabled=javascript)
    page.goto("/report/")
    look(page)
    page.get_by_role("link", name="开始检举").click()
    page.get_by_role("button", name="继续").click()
    expect(page).to_have_title(re.compile("^错误："))
    look(page)
    page.get_by_label("匿名检举").check()
    page.get_by_role("button", name="继续").click()
    page.get_by_label("被检举的单位或者个人").fill("上海临河餐饮管理有限公司")
    page.get_by_role("button", name="继续").click()
    page.get_by_label("偷税、少缴税款").check()
    page.get_by_label("发生了什么").fill("晚市现金收入不入账。")
    look(page)
    page.get_by_role("button", name="继续").click()
    expect(page.locator("main")).to_contain_text("晚市现金收入不入账。")
    look(page)
    page.get_by_role("button", name="加密并提交").click()
    receipt = page.locator("#receipt").inner_text()
    look(page)
    page.get_by_label("最后一组").fill(receipt[-7:])
    page.get_by_role("button", name="我已保存回执码").click()
    expect(page.locator("h1")).to_have_text("您的检举")

    officer = new_page()
    sign_in(officer, User.objects.get(pk=desk.officer.user.pk))
    officer.goto("/counter/reports/")
    officer.get_by_role("link", name="打开密钥箱").click()
    axe(officer)
    officer.get_by_label("密钥箱口令").fill(factories_reports.PASSPHRASE)
    officer.get_by_role("button", name="打开").click()
    axe(officer)
    officer.get_by_role("link", name=re.compile("^SH")).click()
    expect(officer.locator("main")).to_contain_text("晚市现金收入不入账。")
    officer.get_by_label("新消息").fill("从哪个月开始？")
    officer.get_by_role("button", name="发送").click()
    axe(officer)

    elsewhere = new_page(java_script_enabled=javascript)
    elsewhere.goto("/report/back/")
    elsewhere.get_by_label("回执码").fill("0000000-0000000-0000000")
    elsewhere.get_by_role("button", name="打开").click()
    expect(elsewhere).to_have_title(re.compile("^错误："))
    look(elsewhere)
    elsewhere.get_by_label("回执码").fill(receipt.lower())
    elsewhere.get_by_role("button", name="打开").click()
    expect(elsewhere.locator("main")).to_contain_text("从哪个月开始？")
    elsewhere.get_by_label("新消息").fill("从三月开始。")
    elsewhere.get_by_role("button", name="发送").click()
    expect(elsewhere.locator("main")).to_contain_text("从三月开始。")
    elsewhere.locator("#id_file").set_input_files(
        {"name": "账本.jpg", "mimeType": "image/jpeg", "buffer": factories_reports.photo().read()}
    )
    elsewhere.get_by_role("button", name="加密并上传").click()
    expect(elsewhere.get_by_role("link", name="账本.jpg")).to_be_visible()
    look(elsewhere)
    elsewhere.get_by_role("button", name="离开并清除痕迹").click()
    elsewhere.goto("/report/mine/")
    expect(elsewhere).to_have_url(re.compile("/report/back/$"))
