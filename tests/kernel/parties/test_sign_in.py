"""Signing in: password, second factor for staff, the lock, and no way around them."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from apps.kernel.audit.models import Event
from apps.kernel.parties.models import Membership
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "Portal-demo-2026"


def sign_in(client, username: str, password: str = PASSWORD, **extra):
    return client.post("/accounts/login/", {"username": username, "password": password, **extra})


def confirm_password(client) -> None:
    """What every change of a second factor asks first."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_a_citizen_signs_in_with_user_name_and_password(client) -> None:
    citizen = factories.citizen().user
    page = client.get("/accounts/login/").content.decode()
    assert 'name="username"' in page
    assert 'name="password"' in page
    answer = sign_in(client, citizen.username, next="/mandates/")
    assert (answer.status_code, answer["Location"]) == (302, "/mandates/")
    assert client.get("/mandates/").status_code == 200
    assert Event.objects.filter(stream=f"user/{citizen.pk}", action="sign_in").exists()


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client) -> None:
    known = factories.citizen().user
    answers = [sign_in(client, name, "falsch") for name in (known.username, "nobody-of-this-name")]
    texts = [
        answer.content.decode().replace(known.username, "NAME").replace("nobody-of-this-name", "NAME")
        for answer in answers
    ]
    assert "用户名或密码不正确" in texts[0]
    assert without_token(texts[0]) == without_token(texts[1])


def without_token(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


# --- where one is signed in ----------------------------------------------------------------------


def test_a_taxpayer_sees_where_they_are_signed_in_and_ends_it_elsewhere(client) -> None:
    citizen = factories.citizen().user
    elsewhere = Client(headers={"user-agent": "A browser in a library"})
    sign_in(elsewhere, citizen.username)
    sign_in(client, citizen.username)
    page = client.get(reverse("usersessions_list")).content.decode()
    assert "A browser in a library" in page
    assert client.post(reverse("usersessions_list"), follow=True).status_code == 200
    assert client.get("/mandates/").status_code == 200
    assert elsewhere.get("/mandates/").status_code == 302


def test_nobody_sees_the_sessions_of_others(client) -> None:
    sign_in(Client(headers={"user-agent": "Somebody else's browser"}), factories.citizen().user.username)
    sign_in(client, factories.citizen("另一人").user.username)
    assert "Somebody else" not in client.get(reverse("usersessions_list")).content.decode()


# --- the lock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("exists", [True, False])
def test_five_failures_lock_the_name_until_the_time_the_page_tells(client, exists) -> None:
    name = factories.citizen().user.username if exists else "nobody-of-this-name"
    with time_machine.travel(dt.datetime(2026, 9, 1, 2, 0, tzinfo=dt.UTC), tick=False) as time:
        for _ in range(5):
            assert "用户名或密码不正确" in sign_in(client, name, "falsch").content.decode()
            time.shift(10)
        locked = sign_in(client, name).content.decode()
        assert "请在 10:06 以后再试" in locked
        assert "_auth_user_id" not in client.session
        time.move_to(dt.datetime(2026, 9, 1, 2, 6, tzinfo=dt.UTC))
        assert sign_in(client, name).status_code == (302 if exists else 200)
        assert ("_auth_user_id" in client.session) is exists


def test_the_lock_of_one_name_does_not_touch_another(client) -> None:
    other = factories.citizen().user
    for _ in range(6):
        sign_in(client, "somebody-else", "falsch")
    assert sign_in(client, other.username).status_code == 302


# --- the second factor ---------------------------------------------------------------------------


def test_staff_give_a_code_at_each_sign_in(client, code) -> None:
    clerk = factories.staff(factories.tax_office()).user
    assert sign_in(client, clerk.username)["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.get("/profile/").status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "验证码不正确" in wrong.content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 302
    assert client.get("/profile/").status_code == 200


def test_a_code_is_good_once(client, code) -> None:
    clerk = factories.staff(factories.tax_office()).user
    used = code()
    sign_in(client, clerk.username)
    client.post(reverse("mfa_authenticate"), {"code": used})
    client.post(reverse("account_logout"))
    sign_in(client, clerk.username)
    assert "验证码不正确" in client.post(reverse("mfa_authenticate"), {"code": used}).content.decode()


def test_guessing_codes_is_locked_too(client, code) -> None:
    clerk = factories.staff(factories.tax_office()).user
    sign_in(client, clerk.username)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "尝试次数过多" in client.post(reverse("mfa_authenticate"), {"code": code()}).content.decode()


def test_new_staff_reach_nothing_but_the_set_up_until_they_have_a_second_factor(client, code) -> None:
    person = factories.user("新同事")
    Membership.objects.create(user=person, office=factories.tax_office(), role="clerk")
    sign_in(client, person.username)
    for page in ("/profile/", "/mandates/", "/", "/counter/guardians/"):
        assert client.get(page)["Location"] == reverse("mfa_index"), page
    assert "工作人员必须使用双重验证" in client.get(reverse("mfa_index")).content.decode()
    again = client.get(reverse("mfa_activate_totp"))["Location"]
    assert client.get(again).status_code == 200
    confirm_password(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    session = client.session
    session["mfa.totp.secret"] = factories.TOTP_SECRET
    session.save()
    client.post(reverse("mfa_activate_totp"), {"code": code()})
    kinds = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    assert client.get("/profile/").status_code == 200


def test_secrets_of_apps_are_encrypted_at_rest() -> None:
    clerk = factories.staff(factories.tax_office()).user
    stored = Authenticator.objects.get(user=clerk).data["secret"]
    assert factories.TOTP_SECRET not in stored


def test_a_recovery_code_opens_once(client, code) -> None:
    clerk = factories.staff(factories.tax_office()).user
    sign_in(client, clerk.username)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    confirm_password(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    recovery = Authenticator.objects.get(user=clerk, type="recovery_codes").wrap().get_unused_codes()[0]
    for expected in (302, 200):
        client.post(reverse("account_logout"))
        sign_in(client, clerk.username)
        assert client.post(reverse("mfa_authenticate"), {"code": recovery}).status_code == expected


def test_staff_cannot_give_up_their_only_factor_and_citizens_can(client, code) -> None:
    clerk = factories.staff(factories.tax_office()).user
    citizen = factories.second_factor(factories.citizen().user)
    for person, kept in ((clerk, True), (citizen, False)):
        sign_in(client, person.username)
        client.post(reverse("mfa_authenticate"), {"code": code()})
        confirm_password(client)
        client.post(reverse("mfa_deactivate_totp"))
        assert Authenticator.objects.filter(user=person).exists() is kept
        client.post(reverse("account_logout"))


def test_the_administration_has_no_door_of_its_own(client, code) -> None:
    admin = factories.second_factor(factories.user("管理员"))
    admin.is_staff = admin.is_superuser = True
    admin.save()
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert client.post("/admin/login/", {"username": admin.username, "password": PASSWORD}).status_code == 302
    assert "_auth_user_id" not in client.session
    sign_in(client, admin.username, next="/admin/")
    assert client.get("/admin/").status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_entrance_pages_hold_no_inline_code(client, name) -> None:
    page = client.get(reverse(name))
    assert page.status_code == 200
    text = page.content.decode()
    assert " style=" not in text
    assert "placeholder=" not in text
    assert "onclick" not in text


def test_security_pages_render(client, code) -> None:
    clerk = factories.staff(factories.tax_office()).user
    sign_in(client, clerk.username)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    confirm_password(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    names = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_list_webauthn"]
    names += ["mfa_add_webauthn", "mfa_deactivate_totp", "account_change_password", "account_email", "account_logout"]
    names += [
        "usersessions_list",
        "socialaccount_connections",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "profile",
    ]
    for name in names:
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert " style=" not in page.content.decode(), name
        assert "'unsafe-inline'" not in page["Content-Security-Policy"]
