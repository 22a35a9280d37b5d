"""The clock of the scenarios: a Monday morning."""

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from apps.kernel.parties.models import User
from tests.factories_appointments import NOW


@pytest.fixture
def time():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def signed_in():
    """``signed_in(user)`` is a client with that user's session, after password and one-time code."""

    def sign(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session, at = client.session, user.last_login.timestamp()
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": at, "username": user.username},
            {"method": "mfa", "at": at, "type": "totp"},
        ]
        session.save()
        return client

    return sign
