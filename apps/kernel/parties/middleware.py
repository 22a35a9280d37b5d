"""Identity of each request: who acts for whom (from the URL), and the second factor staff must have."""

from collections.abc import Callable

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from apps.kernel.parties import channels, second_factor, todos
from apps.kernel.parties.acting import NotActing, desk_actor, staff_actor, taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What staff without a second factor may still reach: its set-up, the way out, how pages are shown.
BEFORE_SECOND_FACTOR = frozenset({"account_logout", "account_reauthenticate", "set_language", "display"})


class ActingForMiddleware:
    """Sets ``request.actor``.

    Under ``/as/<party_ref>/`` the actor is the user acting for that party; elsewhere it is the
    staff member in an office, or the plain user. A party the user may not act for is a 404, as
    an absent one is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting_for = None
        response = self.get_response(request)
        if request.method not in SAFE_METHODS:
            todos.changed(request.acting_for)  # whoever has just done something sees it done, in whichever room
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable,
        args: list,
        kwargs: dict,
    ) -> HttpResponseRedirect | None:
        party_ref = kwargs.pop("party_ref", None)
        user = request.user
        if not user.is_authenticated:
            request.actor = Actor()
            return redirect_to_login(request.get_full_path()) if party_ref else None
        if party_ref is None:
            # Only when somebody asks: the API finds its actor by itself, and many pages need none.
            request.actor = SimpleLazyObject(
                lambda: staff_actor(user) or Actor(user=user, channel=channels.of(request))
            )
            return None
        try:
            request.actor = self._acting(user, party_ref, kwargs.get("number", ""), channels.of(request))
        except NotActing as error:
            raise Http404 from error
        request.acting_for = request.actor.party
        return None

    @staticmethod
    def _acting(user: User, party_ref: str, number: str, channel: str) -> Actor:
        """Whoever may act for the party; failing that, a clerk on a page of a draft handed over by code."""
        try:
            return taxpayer_actor(user, party_ref, channel)
        except NotActing:
            return desk_actor(user, party_ref, number)


class StaffSecondFactorMiddleware:
    """Staff reach nothing but the set-up of a second factor until they have one (TOTP or WebAuthn)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable,
        args: list,
        kwargs: dict,
    ) -> HttpResponseRedirect | None:
        name = request.resolver_match.url_name or ""
        if not request.user.is_authenticated or name.startswith("mfa_") or name in BEFORE_SECOND_FACTOR:
            return None
        steps = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
        if any(step["method"] == "mfa" for step in steps) or not second_factor.missing(request.user):
            return None
        return redirect("mfa_index")
