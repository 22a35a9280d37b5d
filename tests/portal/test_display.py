"""Language, text size and contrast: chosen anywhere, kept on the device and in the profile."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


def html(client: Client, path: str = "/help/") -> str:
    return client.get(path).content.decode()


def test_a_visitor_turns_on_large_text_and_comes_back_to_the_same_page():
    client = Client()
    answer = client.post("/preferences/display/", {"text_size": "large", "next": "/help/?a=1"})
    assert answer.url == "/help/?a=1"
    assert 'data-text="large"' in html(client)


def test_contrast_goes_on_and_off():
    client = Client()
    client.post("/preferences/display/", {"high_contrast": "on"})
    assert 'data-contrast="high"' in html(client)
    client.post("/preferences/display/", {"high_contrast": "off"})
    assert 'data-contrast="normal"' in html(client)


def test_a_signed_in_user_finds_the_choice_on_another_device(signed_in):
    citizen = factories.citizen()
    signed_in(citizen.user).post("/preferences/display/", {"text_size": "large", "high_contrast": "on"})
    page = html(signed_in(citizen.user))
    assert 'data-text="large" data-contrast="high"' in page


def test_the_saved_language_speaks_unless_this_device_says_otherwise(signed_in):
    citizen = factories.citizen()
    citizen.user.language = "en"
    citizen.user.save()
    client = signed_in(citizen.user, headers={"accept-language": "zh-CN"})
    assert '<html lang="en"' in html(client)
    client.cookies["django_language"] = "zh-hans"
    assert '<html lang="zh-Hans"' in html(client)


def test_switching_language_saves_it_in_the_profile(signed_in):
    citizen = factories.citizen()
    signed_in(citizen.user).post("/preferences/language/", {"language": "en", "next": "/help/"})
    citizen.user.refresh_from_db()
    assert citizen.user.language == "en"


@pytest.mark.parametrize("sent", [{"text_size": "huge"}, {"high_contrast": "maybe"}, {}])
def test_an_unknown_choice_changes_nothing(signed_in, sent):
    citizen = factories.citizen()
    assert signed_in(citizen.user).post("/preferences/display/", sent).status_code == 302
    citizen.user.refresh_from_db()
    assert (citizen.user.text_size, citizen.user.high_contrast) == ("normal", False)


def test_an_unknown_language_is_not_kept():
    client = Client()
    client.post("/preferences/language/", {"language": "xx"})
    assert "django_language" not in client.cookies


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
def test_nobody_is_sent_elsewhere(target):
    answer = Client().post("/preferences/display/", {"text_size": "large", "next": target})
    assert answer.url == "/"


def test_the_switches_are_protected_against_other_sites():
    assert Client(enforce_csrf_checks=True).post("/preferences/display/", {"text_size": "large"}).status_code == 403


@pytest.mark.parametrize(
    ("reading", "offered"), [("zh-hans", 'value="en" lang="en"'), ("en", 'value="zh-hans" lang="zh-Hans"')]
)
def test_every_page_offers_the_other_language(reading, offered):
    client = Client()
    client.post("/preferences/language/", {"language": reading})
    assert f'name="language" {offered}' in html(client)


def test_an_english_reader_gets_the_gist_and_the_number_of_each_article():
    page = html(Client(headers={"accept-language": "en"}), "/measures/")
    assert "the English lines give the gist" in page
    assert "Article 39" in page
    assert "<span>第三十九条</span>" not in page
