"""An anonymous complaint in the browser, from the first page to the rating, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Office, Role
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_complaint_without_a_name_is_made_followed_answered_and_rated(javascript, portal, new_page, axe):
    bureau = factories.department("黄浦区税务局", Office.Kind.TAX_DISTRICT)
    clerk = factories.staff(bureau, Role.CLERK)
    page = new_page(java_script_enabled=javascript)
    look = axe if javascript else lambda _page: None
    page.goto("/complaints/")
    look(page)
    page.get_by_role("link", name="匿名投诉", exact=True).click()
    look(page)
    page.get_by_role("button", name="提交投诉").click()
    expect(page).to_have_title(re.compile("^错误："))
    look(page)
    page.get_by_label(re.compile("涉及的征收或服务")).select_option("tax")
    page.get_by_label(re.compile("投诉类别")).select_option("manner")
    page.get_by_label(re.compile("被投诉单位")).select_option(str(bureau.pk))
    page.get_by_label(re.compile("事情经过")).fill("窗口人员语气生硬。")
    page.get_by_role("button", name="提交投诉").click()
    expect(page.get_by_role("heading", name="投诉已提交")).to_be_visible()
    look(page)
    number, receipt = page.locator("dd.number").all_inner_texts()

    case = cases.perform(Case.objects.get(number=number), "accept", clerk)
    cases.perform(case, "answer", clerk, outcome="upheld", reason="已向全所提醒。")
    other = new_page(java_script_enabled=javascript)
    other.goto("/complaints/follow/")
    look(other)
    other.get_by_label(re.compile("投诉编号")).fill(number)
    other.get_by_label(re.compile("回执码")).fill(receipt)
    other.get_by_role("button", name="查看", exact=True).click()
    expect(other.locator("main")).to_contain_text("已向全所提醒")
    look(other)
    other.get_by_role("link", name="评价处理结果").click()
    look(other)
    other.get_by_label("很满意", exact=True).check()
    other.get_by_role("button", name=re.compile("评价")).click()
    expect(other.locator("main")).to_contain_text("5 分")
