"""Pages of the kernel are tried without collecting static files first."""

import pytest


@pytest.fixture
def plain_static_files(settings) -> None:
    """Static files by their plain names."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
