"""What is shown to somebody signed in leaves no copy behind; what is for everyone may be kept."""

import pytest
from django.test import Client

from tests import factories
from tests.access.roles import Role
from tests.access.world import World

pytestmark = pytest.mark.django_db


def test_pages_of_somebody_signed_in_are_not_kept():
    browser = World({Role.OWNER: factories.citizen().user}, {}).client(Role.OWNER)
    assert browser.get("/profile/")["Cache-Control"] == "private, no-store"
    assert browser.get("/no-such-page/")["Cache-Control"] == "private, no-store"


def test_answers_to_a_partner_system_are_not_kept():
    answer = Client().get("/api/v1/cases/", headers={"Authorization": "Bearer nobody's"})
    assert answer["Cache-Control"] == "private, no-store"


def test_a_view_that_knows_better_has_the_last_word():
    browser = World({Role.OWNER: factories.citizen().user}, {}).client(Role.OWNER)
    assert browser.get("/api/v1/onenet/matters/")["Cache-Control"] == "public, max-age=300"


def test_pages_for_everyone_may_be_kept():
    assert "Cache-Control" not in Client().get("/measures/").headers
