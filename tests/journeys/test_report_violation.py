"""Somebody reports anonymously, comes back from elsewhere, and talks with the office (Art 36)."""

import re

import pytest
from playwright.sync_api import expect

from tests import factories_reports
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser


@in_both_ways
def test_an_anonymous_report_with_dialogue(visitor):
    desk = factories_reports.desk()
    someone = visitor()
    someone.visit("/report/")
    someone.follow("开始检举")
    someone.press("继续")
    someone.is_asked_again()
    someone.fill(mode="anonymous")
    someone.press("继续")
    someone.fill(subject="上海临河餐饮管理有限公司")
    someone.press("继续")
    someone.fill(kind="evasion", story="晚市现金收入不入账。")
    someone.press("继续")
    someone.sees("晚市现金收入不入账。")
    someone.press("加密并提交")
    receipt = someone.page.locator("#receipt").inner_text()
    someone.page.locator("#last").fill(receipt[-5:])
    someone.press("我已保存回执码")
    someone.sees("您的检举")

    officer = visitor(desk.officer)
    officer.visit("/counter/reports/")
    officer.follow("打开密钥箱")
    officer.fill(passphrase=factories_reports.PASSPHRASE)
    officer.press("打开")
    officer.click(officer.main.get_by_role("link", name=re.compile("^SH")))
    officer.sees("晚市现金收入不入账。")
    officer.fill(text="从哪个月开始？")
    officer.press("发送")

    elsewhere = visitor()
    elsewhere.visit("/report/back/")
    elsewhere.fill(receipt="0000000-0000000-0000000")
    elsewhere.press("打开")
    elsewhere.is_asked_again()
    elsewhere.fill(receipt=receipt.lower())
    elsewhere.press("打开")
    elsewhere.sees("从哪个月开始？")
    elsewhere.fill(text="从三月开始。")
    elsewhere.press("发送")
    elsewhere.sees("从三月开始。")
    elsewhere.hand_in("file", "账本.jpg", factories_reports.photo().read(), "image/jpeg")
    elsewhere.press("加密并上传")
    expect(elsewhere.main.get_by_role("link", name="账本.jpg")).to_be_visible()
    elsewhere.press("离开并清除痕迹")
    elsewhere.visit("/report/mine/")
    expect(elsewhere.page).to_have_url(re.compile("/report/back/$"))
