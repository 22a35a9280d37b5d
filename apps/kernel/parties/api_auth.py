"""Who calls the API: a partner system by its token, or a signed-in user, possibly for a party (Arts 15, 21)."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import AccessToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from apps.kernel.parties.acting import NotActing, desk_actor, own_actor, staff_actor, taxpayer_actor
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Membership, User

if TYPE_CHECKING:
    # Django REST framework's views load this module as their default authentication.
    from rest_framework.views import APIView

ACTING_HEADER = "X-Acting-For"


class PartnerAuthentication(OAuth2Authentication):
    """A client-credentials token is the partner system's service user, at work in the client's office."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        if not request.headers.get("Authorization", "").lower().startswith("bearer"):
            return None
        # The token is in a header: who sends it does not depend on a body nobody can read.
        headers = HttpRequest()
        headers.META, headers.method, headers.path = request.META, request.method, request.path
        found = super().authenticate(headers)
        request.oauth2_error = getattr(headers, "oauth2_error", {})
        if found is None:
            raise AuthenticationFailed
        token = found[1]
        client = token.application
        if client.user is None or not client.user.is_active or client.office is None or not client.office.active:
            raise AuthenticationFailed
        return client.user, token


def api_actor(request: Request) -> Actor:
    """The actor of an API request.

    A partner system acts in its office. A user acts for the party named in ``X-Acting-For``, else
    in the own office, else for the own person. A foreign reference is a 404, as an absent one is.
    """
    if not hasattr(request, "_api_actor"):
        request._api_actor = _actor(request)  # noqa: SLF001 - our own attribute, kept for the request
    return request._api_actor  # noqa: SLF001 - as above


def _actor(request: Request) -> Actor:
    party_ref = request.headers.get(ACTING_HEADER, "")
    user = request.user
    if isinstance(request.auth, AccessToken):
        if party_ref:
            raise Http404
        return _partner_actor(request.auth)
    if not user.is_authenticated:
        return Actor(channel=Channel.API)
    if not party_ref:
        return staff_actor(user, Channel.API) or own_actor(user, Channel.API)
    try:
        return taxpayer_actor(user, party_ref, Channel.API)
    except NotActing:
        pass  # unless it is a clerk with a draft handed over by code
    try:
        return desk_actor(user, party_ref, request.parser_context["kwargs"].get("number", ""))
    except NotActing as error:
        raise Http404 from error


def _partner_actor(token: AccessToken) -> Actor:
    client = token.application
    roles = Membership.objects.in_force().filter(user=client.user, office=client.office).values_list("role", flat=True)
    return Actor(user=client.user, office=client.office, roles=frozenset(roles), channel=Channel.API)


class HasScope(BasePermission):
    """``permission_classes = [HasScope("registry.check")]``: a partner system needs the scope.

    Signed-in users pass: what they may see and do is decided by the actor, as on the pages.
    """

    message = "The token lacks the scope this needs."

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def __call__(self) -> "HasScope":
        """Django REST framework calls the members of ``permission_classes``."""
        return self

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if isinstance(request.auth, AccessToken):
            return request.auth.allow_scopes([self.scope])
        return bool(request.user and request.user.is_authenticated)
