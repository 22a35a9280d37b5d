"""A self-service terminal: warns, signs out by itself, and leaves nothing of the person before."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from apps.kernel.casework.models import Case
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.channels.kiosk import END_AFTER, WARN_AFTER
from tests import factories

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 10, 12, 12, 0, tzinfo=SHANGHAI)


@pytest.fixture
def terminal():
    """A person signed in at a terminal."""
    with time_machine.travel(NOON, tick=False) as traveller:
        person = factories.citizen(office=factories.tax_office())
        client = Client()
        assert "登录办理" in client.get("/kiosk/").text
        client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.person, client.clock = person, traveller
        yield client


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_terminal_offers_few_matters_and_a_way_out(terminal):
    page = terminal.get("/kiosk/").text
    assert "缴款和完税证明" in page
    assert "办完了，退出" in page


def test_every_page_of_a_terminal_warns_in_time_and_is_not_kept(terminal):
    page = terminal.get(f"/as/{terminal.person.party.ref}/cases/")
    assert page["Refresh"].startswith(f"{WARN_AFTER}; url=/kiosk/still-there/?next=/as/")
    assert page["Cache-Control"] == "no-store"
    warning = terminal.get("/kiosk/still-there/", {"next": "/kiosk/"})
    assert warning["Refresh"] == f"{END_AFTER - WARN_AFTER}; url=/kiosk/end/?now=1"
    assert 'href="/kiosk/"' in warning.text


def test_the_warning_leads_nowhere_else(terminal):
    assert "evil.example" not in terminal.get("/kiosk/still-there/", {"next": "https://evil.example/"}).text


def test_unanswered_the_terminal_signs_out(terminal):
    response = terminal.get("/kiosk/end/?now=1")
    assert response["Location"] == "/kiosk/"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not signed_in(terminal)
    assert terminal.person.party.name not in terminal.get("/kiosk/").text


def test_whoever_signs_out_on_any_page_leaves_a_terminal_to_the_next(terminal):
    response = terminal.post("/accounts/logout/")
    assert (response["Location"], response["Clear-Site-Data"]) == ("/kiosk/", '"cache", "storage"')
    assert not signed_in(terminal)
    terminal.get("/kiosk/")
    following = factories.citizen("下一位").user
    terminal.force_login(following, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert terminal.get("/kiosk/")["Refresh"]


def test_the_way_home_leads_to_the_terminals_own_page(terminal):
    assert terminal.get("/")["Location"] == "/kiosk/"
    assert Client().get("/").status_code == 200


def test_the_server_signs_out_even_if_the_browser_does_not_ask(terminal):
    terminal.get("/kiosk/")
    terminal.clock.shift(END_AFTER + 1)
    response = terminal.get(f"/as/{terminal.person.party.ref}/cases/")
    assert response["Location"] == "/kiosk/"
    assert not signed_in(terminal)


def test_whoever_goes_on_stays_signed_in(terminal):
    for _page in range(3):
        terminal.clock.shift(END_AFTER - 1)
        assert terminal.get("/kiosk/").status_code == 200
    assert signed_in(terminal)


def test_what_is_begun_at_a_terminal_says_so(terminal):
    terminal.post(f"/as/{terminal.person.party.ref}/matters/deferral/begin/")
    assert Case.objects.get().channel == "kiosk"


def test_a_phone_is_told_from_a_desk(client):
    person = factories.citizen(office=factories.tax_office())
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = f"/as/{person.party.ref}/matters/deferral/begin/"
    client.post(url, headers={"user-agent": "Mozilla/5.0 (iPhone) Mobile/15E148"})
    client.post(url, headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64)"})
    assert sorted(Case.objects.values_list("channel", flat=True)) == ["mobile", "online"]


def test_a_browser_at_home_is_left_alone(client):
    person = factories.citizen(office=factories.tax_office())
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/as/{person.party.ref}/cases/")
    assert "Refresh" not in page
    client.get("/kiosk/end/?now=1")
    assert signed_in(client)
