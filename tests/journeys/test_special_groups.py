"""Two journeys in a real browser: an elder books a home visit in 长辈版, and is called at a site."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.kernel.casework.models import Case
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock
from apps.services.queue.models import Kiosk, Ticket
from tests import factories, factories_assistance, factories_queue

pytestmark = pytest.mark.browser


@pytest.fixture
def office(transactional_db):
    """A tax office with one visiting team."""
    made = factories.tax_office()
    factories_assistance.team(made)
    return made


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_elder_books_a_home_visit_in_large_print(javascript, office, new_page, sign_in, axe):
    elder = factories_assistance.elder(office)
    User.objects.filter(pk=elder.user.pk).update(text_size=User.TextSize.LARGE)
    page = new_page(java_script_enabled=javascript)
    look = axe if javascript else lambda _page: None
    sign_in(page, User.objects.get(pk=elder.user.pk))

    page.goto(f"/as/{elder.party.ref}/assistance/")
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    look(page)
    page.get_by_role("link", name="告诉我们您的需要").click()
    page.get_by_label("行动", exact=False).first.select_option("wheelchair")
    page.get_by_role("button", name="保存").click()
    expect(page).to_have_title(re.compile("^错误："))
    look(page)
    page.get_by_label(re.compile("我同意税务机关保存")).check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("使用轮椅")

    page.get_by_role("link", name="预约上门", exact=True).click()
    look(page)
    page.get_by_role("button", name="开始预约").click()
    page.get_by_label("要办什么").fill("申请退税，不会用手机操作")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("上门地址").fill("外滩街道永胜支路12弄3号")
    page.get_by_role("button", name="保存并继续").click()
    look(page)
    page.get_by_role("navigation", name="选择日期").get_by_role("link").nth(1).click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="下一步：核对").click()
    look(page)
    page.get_by_role("button", name="提交").click()
    case = Case.objects.get(applicant=elder.party)
    expect(page.locator("main")).to_contain_text(case.number)
    look(page)
    assert case.state == "requested"

    desk = new_page(java_script_enabled=javascript)
    sign_in(desk, factories.staff(office).user)
    desk.goto(f"/counter/assistance/?day={timezone.localtime(case.detail.starts_at):%Y-%m-%d}")
    expect(desk.locator("main")).to_contain_text("使用轮椅")
    look(desk)
    desk.get_by_role("link", name=case.number).click()
    desk.get_by_role("link", name="确认上门").click()
    desk.locator("main form button").click()
    page.goto(f"/as/{elder.party.ref}/cases/{case.number}/")
    expect(page.locator("main")).to_contain_text("税务人员会按约定时间上门")
    look(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_somebody_is_called_served_and_seen_on_the_screen(javascript, office, new_page, sign_in, axe):
    site = factories_queue.site(office)
    machine = Kiosk.objects.create(site=site, label="大厅")
    elder = factories_assistance.elder(office)
    ticket = Ticket.objects.create(
        site=site,
        line=site.lines.get(),
        letter="A",
        serial=1,
        kind=Ticket.Kind.WALK_IN,
        party=elder.party,
        priority_reason="老年人",
        turn_at=clock.now(),
    )
    look = axe if javascript else lambda _page: None
    public, desk = new_page(java_script_enabled=javascript), new_page(java_script_enabled=javascript)
    for url in (f"/queue/machine/{machine.key}/", f"/queue/site/{site.code}/", f"/queue/ticket/{ticket.code}/"):
        public.goto(url)
        look(public)

    sign_in(desk, factories.staff(office).user)
    desk.goto("/counter/queue/window/")
    look(desk)
    desk.get_by_role("button", name="1号窗口").click()
    desk.get_by_role("button", name="叫下一位").click()
    expect(desk.locator("main")).to_contain_text("沈玉珍")
    look(desk)

    public.goto(f"/queue/screen/{site.code}/")
    board = public.locator(".call-board")
    expect(board).to_contain_text("A001")
    expect(board).to_contain_text("沈**")
    look(public)
    public.goto(f"/queue/ticket/{ticket.code}/")
    expect(public.locator("main")).to_contain_text("请马上到窗口")

    desk.get_by_role("button", name="开始办理").click()
    desk.get_by_role("button", name="办完").click()
    expect(desk.locator("main")).to_contain_text("已办 1 人")
    desk.goto("/counter/queue/")
    look(desk)
    ticket.refresh_from_db()
    assert ticket.state == "done"


def test_the_screen_renews_itself_and_says_a_new_call(office, new_page):
    site = factories_queue.site(office)
    page = new_page()
    page.add_init_script("window.heard = []; window.speechSynthesis.speak = (words) => window.heard.push(words.text);")
    page.goto(f"/queue/screen/{site.code}/")
    page.get_by_role("button", name="打开叫号声音").click()
    Ticket.objects.create(
        site=site,
        line=site.lines.get(),
        letter="A",
        serial=7,
        kind=Ticket.Kind.WALK_IN,
        turn_at=clock.now(),
        state=Ticket.State.CALLED,
        window=site.windows.get(code="2"),
        called_at=clock.now(),
        calls=1,
    )
    expect(page.locator(".call-board")).to_contain_text("A007", timeout=30_000)  # it renews every five seconds
    page.wait_for_function("window.heard.length === 1", timeout=30_000)
    assert page.evaluate("window.heard") == ["请 A007 号到 2号窗口 办理"]
