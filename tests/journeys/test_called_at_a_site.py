"""Somebody draws a number at a site, is called, served, and seen on the screen (Arts 11, 12)."""

import pytest
from playwright.sync_api import expect

from apps.kernel.workcalendar import clock
from apps.services.queue.models import Kiosk, Ticket
from tests import factories, factories_assistance, factories_queue

pytestmark = pytest.mark.browser


@pytest.fixture
def office(transactional_db):
    """A tax office."""
    return factories.tax_office()


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
    public, desk = new_page(java_script_enabled=javascript), new_page(java_script_enabled=javascript)
    for url in (f"/queue/machine/{machine.key}/", f"/queue/site/{site.code}/", f"/queue/ticket/{ticket.code}/"):
        public.goto(url)
        axe(public)

    sign_in(desk, factories.staff(office).user)
    desk.goto("/counter/queue/window/")
    axe(desk)
    desk.get_by_role("button", name="1号窗口").click()
    desk.get_by_role("button", name="叫下一位").click()
    expect(desk.locator("main")).to_contain_text("沈玉珍")
    axe(desk)

    public.goto(f"/queue/screen/{site.code}/")
    board = public.locator(".call-board")
    expect(board).to_contain_text("A001")
    expect(board).to_contain_text("沈**")
    axe(public)
    public.goto(f"/queue/ticket/{ticket.code}/")
    expect(public.locator("main")).to_contain_text("请马上到窗口")

    desk.get_by_role("button", name="开始办理").click()
    desk.get_by_role("button", name="办完").click()
    expect(desk.locator("main")).to_contain_text("已办 1 人")
    desk.goto("/counter/queue/")
    axe(desk)
    ticket.refresh_from_db()
    assert ticket.state == "done"


def test_the_screen_renews_itself_and_says_a_new_call(office, new_page):
    site = factories_queue.site(office)
    page = new_page()
    page.add_init_script("window.heard = []; window.speechSynthesis.speak = (words) => window.heard.push(words.text);")
    page.add_init_script("window.tones = 0; const note = OscillatorNode.prototype; note.stop = () => {};")
    page.add_init_script("OscillatorNode.prototype.start = () => (window.tones += 1);")
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
    page.wait_for_timeout(2_000)  # it is said after the chime
    assert page.evaluate("window.heard") == ["请 A007 号到 2号窗口 办理"]
    assert page.evaluate("window.tones") == 4  # two when the sound is switched on, two for the call
