"""A NUL in what was sent is a bad request, wherever it is, and never a page that fails."""

import pytest
from django.test import Client

from tests import factories
from tests.access.roles import Role
from tests.access.world import World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/agencies/?words=%00",
        "/agencies/?words=a%00b&kind=",
        "/verify/%00",
        "/dishonesty/?q=%00",
        "/as/%00/cases/",
        "/api/v1/agencies/?words=%00",
        "/api/v1/verify/%00/",
    ],
)
def test_in_an_address(address):
    assert Client().get(address).status_code == 400


def test_in_a_form():
    actor = factories.citizen(office=factories.tax_office())
    browser = World({Role.OWNER: actor.user}, {}).client(Role.OWNER)
    sent = browser.post(f"/as/{actor.party.ref}/threads/new/", "case=%00", "application/x-www-form-urlencoded")
    assert sent.status_code == 400


def test_the_words_for_one_are_no_nul():
    assert Client().get("/agencies/?words=%2500").status_code == 200
