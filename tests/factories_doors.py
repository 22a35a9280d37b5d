"""How somebody comes in: a person signed in in a browser, a department's system with its token."""

import datetime as dt
import secrets
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from oauth2_provider.models import AccessToken

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import PartnerClient, User
from apps.kernel.workcalendar import clock


def sign_in(client: Client, user: User) -> Client:
    """The client with a session as after password and one-time code, which staff must have."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session, at = client.session, user.last_login.timestamp()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "at": at, "username": user.get_username()},
        {"method": "mfa", "at": at, "type": "totp"},
    ]
    session.save()
    return client


def signed_in(actor: Actor) -> Client:
    """A browser with the actor signed in."""
    return sign_in(Client(), actor.user)


def registered(officer: Actor, *scopes: str, **given: Any) -> PartnerClient:
    """A system that works as an officer of a department, bank or court."""
    return PartnerClient.objects.create(
        user=officer.user,
        office=officer.office,
        client_type=PartnerClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=PartnerClient.GRANT_CLIENT_CREDENTIALS,
        scopes_allowed=list(scopes),
        **{"name": "部门系统", **given},
    )


def system(officer: Actor, *scopes: str) -> dict[str, str]:
    """The headers of such a system with a live token."""
    token = secrets.token_urlsafe(24)
    AccessToken.objects.create(
        application=registered(officer, *scopes),
        token=token,
        scope=" ".join(scopes),
        expires=clock.now() + dt.timedelta(hours=1),
    )
    return {"Authorization": f"Bearer {token}"}
