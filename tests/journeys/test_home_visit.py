"""An elder says what she needs and books a home visit in 长辈版; the office confirms it (Art 12)."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.kernel.casework.models import Case
from apps.kernel.parties.models import User
from tests import factories, factories_assistance
from tests.journeys.people import in_both_ways

pytestmark = pytest.mark.browser


@in_both_ways
def test_an_elder_books_a_home_visit_in_large_print(visitor):
    office = factories.tax_office()
    factories_assistance.team(office)
    elder = factories_assistance.elder(office)
    User.objects.filter(pk=elder.user.pk).update(text_size=User.TextSize.LARGE)

    page = visitor(elder)
    page.visit(f"/as/{elder.party.ref}/assistance/")
    expect(page.page.locator("html")).to_have_attribute("data-text", "large")
    page.follow("告诉我们您的需要")
    page.fill(mobility="wheelchair")
    page.press("保存")
    page.is_asked_again()
    page.fill(consent="on")
    page.press("保存")
    page.sees("使用轮椅")

    page.follow("预约上门")
    page.press("开始预约")
    page.fill(purpose="申请退税，不会用手机操作")
    page.press("保存并继续")
    page.fill(address="外滩街道永胜支路12弄3号")
    page.press("保存并继续")
    page.click(page.page.get_by_role("navigation", name=page.say("选择日期")).get_by_role("link").nth(1))
    page.page.get_by_role("radio").first.check()
    page.press("下一步：核对")
    page.press("提交")
    case = Case.objects.get(applicant=elder.party)
    page.sees(case.number)
    assert case.state == "requested"

    desk = visitor(factories.staff(office))
    desk.visit(f"/counter/assistance/?day={timezone.localtime(case.detail.starts_at):%Y-%m-%d}")
    desk.sees("使用轮椅")
    desk.follow(case.number)
    desk.acts("confirm")
    page.visit(f"/as/{elder.party.ref}/cases/{case.number}/")
    page.sees("税务人员会按约定时间上门。")
