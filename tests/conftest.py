"""What every test stands on: both database connections, frozen Shanghai time on request."""

import pytest

pytest_plugins = ["tests.processes"]


def pytest_collection_modifyitems(items) -> None:
    """Tests that use the database may use the evidence connection as well."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None:
            marker.kwargs.setdefault("databases", "__all__")


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
