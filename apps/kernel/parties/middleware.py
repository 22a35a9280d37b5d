"""Identity of each request: who acts for whom (from the URL), and the second factor staff must have."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from apps.kernel.parties.acting import NotActing, staff_actor, taxpayer_actor
from apps.kernel.parties.actors import Actor


class ActingForMiddleware:
    """Sets ``request.actor``.

    Under ``/as/<party_ref>/`` the actor is the user acting for that party; elsewhere it is the
    staff member in an office, or the plain user. A party the user may not act for is a 404, as
    an absent one is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs) -> None:
        user = request.user
        if not user.is_authenticated:
            request.actor = Actor()
            return
        party_ref = kwargs.pop("party_ref", None)
        if party_ref is None:
            request.actor = staff_actor(user) or Actor(user=user)
            return
        try:
            request.actor = taxpayer_actor(user, party_ref)
        except NotActing as error:
            raise Http404 from error


class StaffSecondFactorMiddleware:
    """Staff reach nothing but the set-up of a second factor until they have one (TOTP or WebAuthn)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
