"""What every test stands on: both database connections, frozen Shanghai time on request."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.management import call_command
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from apps.kernel.ledger import levies

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
    yield
    with django_db_blocker.unblock():
        connections["evidence"].close()  # or it would keep the test database from being dropped


@pytest.fixture(autouse=True)
def _law_in_force(request) -> None:
    """A transactional test ends by emptying every table: the next test finds the law loaded again."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("db")
        if not apps.get_model("rules", "Parameter").objects.exists():
            call_command("load_law", verbosity=0)
        if not apps.get_model("ledger", "Levy").objects.exists():
            levies.load()


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _chinese_first() -> None:
    """A request in English leaves its language on the thread: the next test starts in Chinese again."""
    translation.activate(project.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_evidence_seal() -> Iterator[None]:
    """Let the flush between transactional tests empty the audit tables, which refuse TRUNCATE to everyone else."""
    original = DatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        return original(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush)
        yield
