"""What every test stands on: both database connections, frozen Shanghai time on request."""

import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from django.test.client import ClientHandler
from django.utils import translation
from rest_framework.views import APIView

from apps.kernel.kept.keeping import Kept
from apps.kernel.ledger import levies
from tests import clean_slate, documented, own_transactions

pytest_plugins = ["tests.processes"]


def pytest_collection_modifyitems(items) -> None:
    """Tests that use the database may use the evidence connection as well."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None:
            marker.kwargs.setdefault("databases", "__all__")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The working calendar and the law are part of the world: every test finds them in force."""
    with django_db_blocker.unblock():
        call_command("load_law", verbosity=0)
        levies.load()
        clean_slate.keep()
    yield
    with django_db_blocker.unblock():
        connections["evidence"].close()  # or it would keep the test database from being dropped


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _a_new_process() -> None:
    """What a process keeps of law and calendar is not there yet, whichever tests ran before."""
    for room in _rooms_that_keep(len(sys.modules)):
        room._kept = Kept(room._kept.family)


@cache
def _rooms_that_keep(_loaded: int) -> list[ModuleType]:
    """Looked for again only when further modules have been loaded: there are thousands."""
    return [room for room in list(sys.modules.values()) if isinstance(getattr(room, "__dict__", {}).get("_kept"), Kept)]


@pytest.fixture(autouse=True)
def _chinese_first() -> None:
    """A request in English leaves its language on the thread: the next test starts in Chinese again."""
    translation.activate(project.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def _back_to_the_world_as_it_was() -> Iterator[None]:
    """A transactional test ends with the tables as the session found them, evidence included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", clean_slate.restore)
        yield


@pytest.fixture(scope="session", autouse=True)
def _the_api_answers_as_documented() -> Iterator[None]:
    """A client's author relies on the document alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(APIView, "finalize_response", documented.finalize)
        yield


@pytest.fixture(scope="session", autouse=True)
def _pages_lock_in_transactions_of_their_own() -> Iterator[None]:
    """A lock outside a transaction is an error in the portal, and would be none in a test's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ClientHandler, "get_response", own_transactions.get_response)
        yield
