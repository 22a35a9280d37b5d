"""People of the demonstration and nobody in particular, as the headers their browser would send."""

import secrets
import string

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.test import Client

from apps.kernel.parties.models import User


def client(username: str) -> Client:
    """A test client signed in with password and one-time code."""
    user = User.objects.get(username=username)
    session_client = Client()
    session_client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = session_client.session
    at = user.last_login.timestamp()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": at, "username": username},
        {"method": "mfa", "at": at, "type": "totp"},
    ]
    session.save()
    return session_client


def headers(username: str) -> dict[str, str]:
    """Cookies and the CSRF token of a signed-in browser."""
    session = client(username).cookies[settings.SESSION_COOKIE_NAME].value
    guest = nobody()
    return {**guest, "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {guest['Cookie']}"}


def nobody() -> dict[str, str]:
    """The CSRF cookie and token of a browser in which nobody is signed in."""
    token = "".join(secrets.choice(string.ascii_letters) for _ in range(32))
    return {
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={token}",
        "X-CSRFToken": token,
        "Accept": "text/html,application/json",
    }
