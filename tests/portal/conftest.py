"""Signing in for the shell's tests, as after a real sign-in with password and one-time code."""

import pytest
from django.test import Client

from apps.kernel.parties.models import User
from tests import factories_doors


@pytest.fixture
def signed_in():
    """``signed_in(user)`` is a client with that user's session."""

    def sign(user: User, **extra) -> Client:
        return factories_doors.sign_in(Client(**extra), user)

    return sign
