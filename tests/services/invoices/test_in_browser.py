"""A sale from the form to the buyer's answer: browser, portal, worker and mail server, all real."""

import re
import time

import pytest
from playwright.sync_api import expect

from apps.services.invoices import purposes
from apps.services.invoices.models import Invoice, RedLetter
from tests.factories_invoices import MACHINE, issuer

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def wait_for(found, seconds: int = 30):
    """What ``found`` returns once it is true."""
    until = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.2)
    return result


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_sale_is_issued_mailed_picked_up_and_taken_back(javascript, portal, worker, smtp, new_page, sign_in, axe):
    seller, buyer = issuer(), issuer("上海黄浦江轮渡有限公司")
    page = new_page(java_script_enabled=javascript)
    look = axe if javascript else lambda _page: None
    sign_in(page, seller.user)

    page.goto(f"/as/{seller.party.ref}/invoices/issue/")
    look(page)
    page.get_by_label("购买方名称").fill(buyer.party.name)
    page.get_by_label(re.compile("购买方统一社会信用代码")).fill(buyer.party.organisation.uscc)
    page.get_by_label(re.compile("购买方电子邮箱")).fill("buyer@example.com")
    page.get_by_label("项目名称").fill(MACHINE.name)
    page.get_by_label("税收分类编码").fill("12")
    page.get_by_label(re.compile("单价")).fill("100.50")
    page.get_by_role("button", name="下一步：核对").click()
    expect(page).to_have_title(re.compile("^错误："))
    look(page)
    page.get_by_label("税收分类编码").fill(MACHINE.tax_class)
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("main")).to_contain_text("113.57")
    look(page)
    page.get_by_role("button", name=re.compile("开具$")).click()
    expect(page.get_by_role("heading", name="发票已开具")).to_be_visible()
    look(page)

    invoice = Invoice.objects.get()
    (letter,) = wait_for(lambda: list(smtp))
    assert {part.get_filename() for part in letter.iter_attachments()} == {
        f"dzfp_{invoice.number}.{form}" for form in ("xml", "pdf", "ofd")
    }
    outsider = new_page(java_script_enabled=javascript)
    outsider.goto(f"/invoices/pick-up/{invoice.issue.code}/")
    expect(outsider.locator("main")).to_contain_text(invoice.number)
    look(outsider)
    outsider.goto("/invoices/verify/")
    look(outsider)

    purposes.confirm(invoice, "deduct", actor=buyer)
    page.goto(f"/as/{seller.party.ref}/invoices/{invoice.number}/red-letter/")
    look(page)
    page.get_by_label("销货退回").check()
    page.get_by_role("button", name=re.compile("提交$")).click()
    expect(page.locator("main")).to_contain_text("待对方确认")
    look(page)

    other = new_page(java_script_enabled=javascript)
    sign_in(other, buyer.user)
    other.goto(f"/as/{buyer.party.ref}/invoices/red-letters/")
    look(other)
    other.get_by_role("link", name=re.compile("申请红冲")).click()
    other.get_by_role("button", name=re.compile("同意$")).first.click()
    expect(other.locator("main")).to_contain_text("已开具红字发票")
    for path in ("", f"{invoice.number}/", "upload/", "archive/"):
        other.goto(f"/as/{buyer.party.ref}/invoices/{path}")
        look(other)
    assert RedLetter.objects.get().red.total == -invoice.total
