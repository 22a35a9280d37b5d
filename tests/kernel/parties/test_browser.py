"""Sign-in and mandates in a real browser: with keys, without JavaScript, accessible."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from apps.kernel.parties import mandates
from apps.kernel.parties.models import Mandate
from tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "Portal-demo-2026"


@pytest.fixture(autouse=True)
def _passwords_the_portal_process_knows(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def fill_and_enter(page, **answers: str) -> None:
    """Type the answers and press Enter in the last field."""
    for name, value in answers.items():
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_sign_in_works_without_javascript_by_pressing_enter(new_page, code) -> None:
    page = new_page(java_script_enabled=False)
    clerk = factories.staff(factories.tax_office()).user
    page.goto("/accounts/login/")
    fill_and_enter(page, username=clerk.username, password=PASSWORD)
    fill_and_enter(page, code=code())
    page.goto("/profile/")
    assert page.inner_text("h1") == "我的账号"


def test_a_security_key_is_set_up_and_asked_for(page, portal) -> None:
    # A key belongs to a host name, never to a bare address.
    host = portal.replace("127.0.0.1", "localhost")
    citizen = factories.citizen().user
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    page.goto(f"{host}/accounts/login/")
    fill_and_enter(page, username=citizen.username, password=PASSWORD)
    page.goto(f"{host}{reverse('mfa_add_webauthn')}")
    fill_and_enter(page, password=PASSWORD)
    with page.expect_navigation():
        page.click("#mfa_webauthn_add")
    assert Authenticator.objects.filter(user=citizen, type="webauthn").exists()
    page.context.clear_cookies()
    page.goto(f"{host}/accounts/login/")
    fill_and_enter(page, username=citizen.username, password=PASSWORD)
    assert page.url.endswith(reverse("mfa_authenticate"))
    with page.expect_navigation():
        page.click("#mfa_webauthn_authenticate")
    page.goto(f"{host}/profile/")
    assert page.inner_text("h1") == "我的账号"
    assert not [text for text in complaints if "Content Security Policy" in text]


def test_the_pages_are_accessible(page, sign_in, axe) -> None:
    for entrance in ("account_login", "account_signup", "account_reset_password"):
        page.goto(reverse(entrance))
        axe(page)
    company = factories.company()
    boss, filer = factories.representative(company), factories.citizen("李文静")
    offer = mandates.invite(company, filer.party, Mandate.Kind.FILER, actor=boss)
    sign_in(page, filer.user)
    page.goto("/mandates/")
    axe(page)
    sign_in(page, boss.user)
    inside = f"/as/{company.ref}/mandates/"
    for path in ("", "invite/", f"{offer.ref}/", f"{offer.ref}/revoke/"):
        page.goto(inside + path)
        axe(page)
    for name in ("profile", "my_data"):
        sign_in(page, filer.user)
        page.goto(reverse(name))
        axe(page)
    page.goto(reverse("mfa_index"))
    axe(page)


def test_an_invitation_is_checked_changed_and_sent(page, sign_in, axe) -> None:
    company = factories.company()
    boss, filer = factories.representative(company), factories.citizen("李文静")
    sign_in(page, boss.user)
    page.goto(f"/as/{company.ref}/mandates/invite/")
    page.check("[name=kind][value=filer]")
    page.fill("[name=agent_name]", "李文敬")
    page.fill("[name=agent_number]", filer.party.person.id_number)
    page.click("main form .form-actions button")
    assert page.title().startswith("错误：")
    page.fill("[name=agent_name]", "李文静")
    page.click("main form .form-actions button")
    axe(page)
    page.click("button[name=change][value=valid_to]")
    assert page.input_value("[name=agent_name]") == "李文静"
    page.fill("[name=valid_to]", "2099-12-31")
    page.click("main form .form-actions button")
    page.click("button[name=confirm]")
    assert "李文静" in page.inner_text("h1")
    assert Mandate.objects.get(agent=filer.party).valid_to.year == 2099
