"""A payer pays by hand, with and without JavaScript, through the gateway's own page."""

import pytest

from apps.kernel.ledger.models import Payment
from tests import factories
from tests.factories_ledger import owed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_payer_pays_without_javascript_and_gets_a_certificate(new_page, sign_in, gateway_control, axe):
    payer = factories.citizen()
    owed(payer.party, "1234.50")
    page = new_page(java_script_enabled=False)
    sign_in(page, payer.user)
    page.goto(f"/as/{payer.party.ref}/account/")
    page.get_by_role("button", name="去核对并缴款").click()
    page.get_by_role("button", name="去支付").click()
    page.get_by_role("button", name="支付", exact=True).click()
    page.wait_for_url("**/account/payments/**")
    for _ in range(20):
        if page.get_by_text("缴款成功，已入账").is_visible():
            break
        page.reload()
    page.get_by_role("button", name="开具完税证明").click()
    assert page.get_by_role("link", name="下载完税证明").is_visible()


def test_a_payer_who_cancels_has_paid_nothing(page, sign_in, gateway_control):
    payer = factories.citizen()
    charge = owed(payer.party)
    sign_in(page, payer.user)
    page.goto(f"/as/{payer.party.ref}/account/pay/?charge={charge.ref}")
    page.get_by_role("button", name="去支付").click()
    page.get_by_role("button", name="取消").click()
    page.wait_for_url("**/account/payments/**")
    for _ in range(20):
        if page.get_by_text("没有入账").first.is_visible():
            break
        page.reload()
    assert Payment.objects.get().state == Payment.State.FAILED


def test_the_pages_of_a_payment_are_accessible(page, sign_in, gateway_control, axe):
    payer = factories.citizen()
    owed(payer.party)
    sign_in(page, payer.user)
    page.goto(f"/as/{payer.party.ref}/account/")
    axe(page)
    page.get_by_role("button", name="去核对并缴款").click()
    axe(page)
    page.get_by_role("button", name="去支付").click()
    axe(page)
    page.get_by_role("button", name="支付", exact=True).click()
    page.wait_for_url("**/account/payments/**")
    axe(page)
    page.goto(f"/as/{payer.party.ref}/inbox/")
    axe(page)
    page.goto(f"/as/{payer.party.ref}/inbox/channels/")
    axe(page)
