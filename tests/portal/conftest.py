"""Signing in for the shell's tests, as after a real sign-in with password and one-time code."""

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from apps.kernel.parties.models import User


@pytest.fixture
def signed_in():
    """``signed_in(user)`` is a client with that user's session."""

    def sign(user: User, **extra) -> Client:
        client = Client(**extra)
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session, at = client.session, user.last_login.timestamp()
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": at, "username": user.username},
            {"method": "mfa", "at": at, "type": "totp"},
        ]
        session.save()
        return client

    return sign
