"""A self-service terminal in a real browser: who types is there, who has gone is asked for (Art 11)."""

import pytest

from apps.services.channels.kiosk import WARN_AFTER
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def terminal(page, sign_in):
    """A terminal with somebody signed in, on a page with a field, its clock in the test's hand."""
    sign_in(page, factories.citizen(office=factories.tax_office()).user)
    page.clock.install()
    page.goto("/kiosk/")
    page.goto("/continue/")
    return page


def test_whoever_types_for_a_long_time_is_not_sent_away(terminal):
    field = terminal.locator("main input:not([type=hidden])").first
    for letter in "K7M":
        terminal.clock.run_for(WARN_AFTER * 900)
        with terminal.expect_request("**/kiosk/still-there/**") as told:
            field.press(letter)
        assert told.value.method == "HEAD"
    assert terminal.url.endswith("/continue/")
    assert field.input_value() == "K7M"


def test_whoever_has_gone_is_asked_whether_they_are_there(terminal):
    with terminal.expect_navigation(url="**/kiosk/still-there/**"):
        terminal.clock.run_for(WARN_AFTER * 1_100)
    assert "您还在吗" in terminal.locator("h1").inner_text()
