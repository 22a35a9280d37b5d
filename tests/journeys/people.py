"""The words journeys are told in: somebody at a browser visits, follows, fills in, presses and sees.

A journey names what is on a page by its Chinese words; whoever reads the portal in English meets their
translation. Every page somebody comes to is checked by axe and the house's rules, sideways scrolling included.
"""

import re
from dataclasses import dataclass

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page, expect

from tests.accessibility import assert_accessible


@dataclass(frozen=True)
class Way:
    """How somebody uses the portal."""

    language: str
    width: int
    javascript: bool


expect.set_options(timeout=15_000)  # as patient as the fixture `new_page`

# Between them the two runs of a journey cover both languages, both widths, scripts on and off.
in_both_ways = pytest.mark.parametrize(
    "way",
    [Way("zh-hans", 1280, javascript=True), Way("en", 320, javascript=False)],
    ids=["Chinese, wide, JavaScript", "English, 320 px, no JavaScript"],
)


def words(language: str, text: str, **values: str) -> str:
    """What a page says where its source has this text; the values may be texts of the source themselves."""
    with translation.override(language):
        said = gettext(text)
        return said % {name: gettext(value) for name, value in values.items()} if values else said


class Visitor:
    """Somebody at a browser of their own."""

    def __init__(self, page: Page, way: Way) -> None:
        self.page, self.way = page, way

    @property
    def main(self) -> Locator:
        """What the page is about, without menus."""
        return self.page.locator("main")

    def say(self, text: str, **values: str) -> str:
        """The words of a page in this visitor's language."""
        return words(self.way.language, text, **values)

    def visit(self, address: str) -> None:
        """Go to an address that is there."""
        answer = self.page.goto(address)
        assert answer.status == 200, (address, answer.status)
        self._look()

    def follow(self, text: str, more: str = "", **values: str) -> None:
        """Follow the link with this text; ``more`` is said after it, to tell rows of a table apart."""
        self._click("link", f"{self.say(text, **values)} {more}".strip())

    def press(self, text: str, more: str = "", **values: str) -> None:
        """Press the button with this text."""
        self._click("button", f"{self.say(text, **values)} {more}".strip())

    def fill(self, **answers: str) -> None:
        """Answer the questions of a form by the names of their fields: text, one of a choice, ``on`` for a tick."""
        for name, value in answers.items():
            field = self.main.locator(f"[name={name}]:not([type=hidden])")
            kind = field.first.evaluate("field => field.type")
            if kind == "radio" or (kind == "checkbox" and value != "on"):
                self.main.locator(f"[name={name}][value='{value}']").check()
            elif kind == "checkbox":
                field.check()
            elif kind.startswith("select"):
                field.select_option(value)
            else:
                field.fill(value)

    def hand_in(self, field: str, name: str, content: bytes, kind: str = "text/csv") -> None:
        """Choose a file for a field."""
        self.main.locator(f"[name={field}]").set_input_files({"name": name, "mimeType": kind, "buffer": content})

    def sees(self, *texts: str, **values: str) -> None:
        """Each text is on the page."""
        for text in texts:
            expect(self.main).to_contain_text(self.say(text, **values))

    def sees_not(self, *texts: str) -> None:
        """None of these texts is on the page."""
        for text in texts:
            expect(self.main).not_to_contain_text(self.say(text))

    def is_told(self, text: str, **values: str) -> None:
        """The portal answers what somebody did."""
        expect(self.page.get_by_role("status").filter(has_text=self.say(text, **values)).first).to_be_visible()

    def acts_for(self, name: str) -> None:
        """The banner says for whom this page acts."""
        told = " ".join(self.page.locator(".acting-banner p").inner_text().split())
        assert told == re.sub("</?strong>", "", self.say("您正在代表 <strong>%(name)s</strong> 办理", name=name))

    def is_asked_again(self) -> None:
        """The form came back with something to mend, and the title says so first."""
        expect(self.page).to_have_title(re.compile(f"^{self.say('错误：')}"))

    def acts(self, action: str, **answers: str) -> None:
        """Do one step of the case whose page is open."""
        link = self.main.locator(f"a[href$='/do/{action}/']")
        label = link.inner_text()
        self.click(link)
        self.fill(**answers)
        self.click(self.main.locator("form button").first)
        self.is_told("已完成：%(action)s。", action=label)

    def click(self, what: Locator) -> None:
        """Follow or press what is not found by its text alone."""
        what.click()
        self._look()

    def _click(self, role: str, name: str) -> None:
        self.click(self.main.get_by_role(role, name=name, exact=True).first)  # what stands twice leads to one place

    def _look(self) -> None:
        """Each run of a journey judges the colours of its own width."""
        self.page.wait_for_load_state("load")
        widths = (1280, 320) if self.way.width == 1280 else (320,)
        assert_accessible(self.page, widths=widths, colours_at=(self.way.width,))
