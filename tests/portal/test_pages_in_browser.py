"""Every page of the shell in a real browser: accessible in both languages and text sizes, also without JavaScript."""

import pytest
from playwright.sync_api import expect

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Role
from apps.portal import search_sources
from apps.services.procedures.deferral import DEFERRAL
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = (
    "/",
    "/matters/",
    "/queries/",
    "/offices/",
    "/help/",
    "/help/refund/",
    "/help/using/",
    "/public/",
    "/measures/",
    "/accessibility/",
    "/preferences/",
    "/search/?q=tuishui",
    "/search/?q=qqqzzz",
    "/no/such/page/",
)
WORK = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "47376.00",
    "months": 2,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}


@pytest.fixture
def world():
    """An office with a clerk, a company with a legal representative, one draft and one case on the desk."""
    search_sources.publish_all()

    class World:
        office = factories.tax_office()
        clerk = factories.staff(office, Role.CLERK)
        officer = factories.staff(factories.department(), Role.OFFICER)
        company = factories.company(office=office)
        payer = factories.representative(company)

    cases.open_case(DEFERRAL, World.payer, {})
    cases.open_submitted(DEFERRAL, World.payer, WORK, idempotency_key="desk-browser")
    return World


@pytest.mark.parametrize("text", ["normal", "large"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages(world, new_page, portal, axe, language, text):
    page = new_page()
    page.context.add_cookies(
        [
            {"name": "django_language", "value": language, "url": portal},
            {"name": "text_size", "value": text, "url": portal},
        ]
    )
    for address in PUBLIC:
        page.goto(address)
        axe(page, widths=(1280, 320) if text == "normal" else (320,))  # large text is tight where it is narrow


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_behind_sign_in(world, new_page, portal, sign_in, axe, language):
    home = f"/as/{world.company.ref}/"
    doors = {
        world.payer: (home, f"{home}queries/", f"{home}matters/"),
        world.clerk: ("/counter/", "/counter/guardians/", "/counter/refunds/", "/offices/"),
        world.officer: ("/partner/",),
    }
    for actor, addresses in doors.items():
        page = new_page()
        sign_in(page, actor.user)
        page.context.add_cookies([{"name": "django_language", "value": language, "url": portal}])
        for address in addresses:
            assert page.goto(address).status == 200
            axe(page)


def test_large_text_saved_in_the_profile_gives_large_targets(world, page, sign_in, axe):
    sign_in(page, world.payer.user)
    page.goto(f"/as/{world.company.ref}/")
    page.get_by_role("button", name="长辈版").click()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "22px"
    heights = page.evaluate(
        "[...document.querySelectorAll('button.control')].map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 60
    axe(page)


def test_the_keyboard_reaches_everything_and_sees_where_it_is(page, axe):
    page.goto("/")
    axe(page, keyboard=True)


def test_a_question_is_asked_and_answered_without_javascript(world, new_page):
    page = new_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_label("搜索事项、政策和问题").fill("wszm")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="怎样开具完税证明？").click()
    assert page.locator("h1").inner_text() == "怎样开具完税证明？"
    page.get_by_role("button", name="English").click()
    assert page.locator("h1").inner_text() == "How do I get a tax payment certificate?"
    page.get_by_role("button", name="Large text").click()
    assert page.evaluate("document.documentElement.dataset.text") == "large"


def test_high_contrast_is_stronger(page):
    page.goto("/help/")
    page.get_by_role("button", name="高对比度").click()
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")  # of the page that comes then


def test_paper_has_whose_matter_it_is_and_what_was_folded_but_no_controls(world, page, sign_in):
    sign_in(page, world.payer.user)
    case = Case.objects.get(applicant=world.company, submitted_at__isnull=False)
    page.goto(f"/as/{world.company.ref}/cases/{case.number}/")
    page.emulate_media(media="print")
    expect(page.locator(".acting-banner")).to_contain_text(world.company.name)
    expect(page.locator(".acting-banner")).to_be_visible()
    expect(page.locator("details ul").first).to_be_visible()
    for control in page.locator(".button, .site-nav").all():
        expect(control).to_be_hidden()


def test_forced_colours_still_show_which_page_it_is(world, page):
    page.emulate_media(forced_colors="active")
    page.goto("/matters/")
    current, others = page.locator(".nav-list a[aria-current]"), page.locator(".nav-list a:not([aria-current])")
    line = "each => getComputedStyle(each).borderBlockEndColor"
    assert current.evaluate(line) != others.first.evaluate(line)


def test_the_api_can_be_tried_on_its_page_under_the_strict_policy(page):
    blocked = []
    page.on(
        "console", lambda message: blocked.append(message.text) if "Content Security Policy" in message.text else None
    )
    page.goto("/api/v1/docs/")
    page.locator("#operations-tag-procedures").click()
    page.get_by_text("/api/v1/procedures/").first.wait_for()
    assert blocked == []
