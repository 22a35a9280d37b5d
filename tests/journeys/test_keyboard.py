"""One journey of each front door by keyboard alone: Tab, Enter, Space, arrows and typing (WCAG 2.1.1, 2.4.3, 2.4.7)."""

import pytest

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Office, Role
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests.accessibility import FOCUS
from tests.journeys.people import Visitor, Way
from tests.supervision.conftest import Complaints

pytestmark = pytest.mark.browser
wide = pytest.mark.parametrize("way", [Way("zh-hans", 1280, javascript=True)], ids=["Chinese, wide, JavaScript"])
FIELDS, WAYS_ON = "input, select, textarea", "a, button, summary"
NAME = """
kinds => { const e = document.activeElement;
  if (!e.matches(kinds)) return '';
  const words = e.labels?.[0] ?? e;
  const said = e.getAttribute('aria-label') || words.innerText || words.querySelector('img')?.alt || e.value || '';
  return said.replace(/\\s+/g, ' ').trim(); }
"""


class Keyboard:
    """Somebody without a mouse, at a page that is open already."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page
        self._before = -1  # where focus was, in the order of the document

    def reach(self, name: str, kinds: str) -> "Keyboard":
        """Go on with Tab until what has this name is reached; on the way focus is seen and goes one way."""
        for _step in range(400):
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(FOCUS)
            assert focus is not None, f"Tab went round the page without meeting “{name}”"
            assert focus["inside"], f"focus out of sight: {focus['name']}"
            assert not focus["covered"], f"focus covered: {focus['name']}"
            assert focus["ring"], f"focus not seen: {focus['name']}"
            assert focus["key"] > self._before, f"focus jumps back: {focus['name']}"
            self._before = focus["key"]
            if name in self.page.evaluate(NAME, kinds):
                return self
        raise AssertionError(f"“{name}” is not reached")

    def skip(self) -> None:
        """Leave the menus out by the link that comes first."""
        self.page.keyboard.press("Tab")
        assert self.page.evaluate("document.activeElement.getAttribute('href')").startswith("#")
        self.page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        """Type into a field."""
        self.reach(name, FIELDS)
        self.page.keyboard.type(text)

    def choose(self, name: str, downs: int) -> None:
        """Take one of a list with the arrow."""
        self.reach(name, FIELDS)
        for _down in range(downs):
            self.page.keyboard.press("ArrowDown")

    def enter(self, name: str, *, key: str = "Enter") -> None:
        """Follow a link or press a button, and be on the next page."""
        self.reach(name, WAYS_ON)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self._before = -1


@wide
def test_a_taxpayer_applies(visitor):
    citizen = factories.citizen(office=factories.tax_office())
    page = visitor(citizen)
    page.visit(f"/as/{citizen.party.ref}/matters/deferral/")
    keys = Keyboard(page)
    keys.enter("开始办理")
    keys.enter("保存并继续", key="Space")
    page.is_asked_again()
    keys.choose("税种", 1)
    keys.type("所属期", "2026-09")
    keys.type("金额", "1200.00")
    keys.enter("保存并继续")
    keys.type("月数", "2")
    keys.enter("保存并继续")
    keys.choose("理由类别", 1)
    keys.type("情况说明", "台风损坏了仓库。")
    keys.enter("保存并继续")
    keys.enter("继续：核对并提交")
    keys.enter("提交")
    page.sees("已提交")
    assert Case.objects.get(applicant=citizen.party).detail.explanation == "台风损坏了仓库。"


@wide
def test_a_clerk_accepts_a_case(visitor):
    office = factories.tax_office()
    applied = {"levy_id": "vat", "period": "2026-09", "amount": "1200.00", "months": 2, "ground": "no_funds"}
    case = cases.open_submitted(
        DEFERRAL,
        factories.citizen(office=office),
        {**applied, "explanation": "客户延迟付款。"},
        idempotency_key="keyboard",
    )
    page = visitor(factories.staff(office))
    page.visit("/counter/")
    keys = Keyboard(page)
    keys.enter(case.number)
    keys.enter("受理")
    keys.enter("确认受理")
    page.is_told("已完成：%(action)s。", action="受理")
    case.refresh_from_db()
    assert case.state == "handling"


@wide
def test_an_officer_of_a_department_receives_what_was_transferred(visitor):
    world = Complaints()
    case = cases.perform(world.complained(), "transfer", world.clerk, office=world.hrss, reason="由贵单位办理。")
    page = visitor(world.hrss_officer)
    page.visit("/partner/")
    keys = Keyboard(page)
    keys.enter(case.number)
    keys.enter("接收")
    keys.enter("确认接收")
    case.refresh_from_db()
    assert case.office == world.hrss


@wide
def test_an_administrator_finds_an_office(visitor):
    office = factories.department("市水务局", Office.Kind.DEPARTMENT)
    admin = factories.staff(factories.tax_office(), Role.AUDITOR)
    admin.user.is_staff = admin.user.is_superuser = True
    admin.user.save()
    page = visitor(admin)
    page.page.goto("/admin/parties/office/")
    keys = Keyboard(page)
    keys.skip()
    keys.type("查找", "水务")
    page.page.keyboard.press("Enter")
    page.page.wait_for_url("**q=*", wait_until="load")
    keys = Keyboard(page)
    keys.enter(office.name)
    assert f"/{office.pk}/change/" in page.page.url
