"""A place for evidence outside the database, and a key to sign it."""

import base64

import pytest


@pytest.fixture
def evidence(tmp_path, settings):
    """The evidence directory of this test."""
    settings.AUDIT_SIGNING_KEY = base64.b64encode(bytes(range(32))).decode()
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "evidence"},
        },
    }
    return tmp_path / "evidence"
