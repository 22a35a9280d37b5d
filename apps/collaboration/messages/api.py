"""What every API for partner systems has: a signature, a word for machines in each refusal, and nothing lost.

A view of chapter 4 is a :class:`PartnerView`. A message of a partner system that is refused with an error is kept
as it came (``keeping.py``); deliveries that a room keeps itself are answered with their own problems instead.
"""

from typing import Any

from django.http import HttpRequest
from oauth2_provider.models import AccessToken
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.collaboration.coded import UNIT, code_of, require_yuan
from apps.collaboration.messages import keeping, signing

LARGEST = 20 << 20  # of one message, a report in it included
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class PartnerView(APIView):
    """Adds ``code`` to every error: ``wrong_signature``, ``above_order``, ``not_asked``, ``not_open`` …"""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """The bytes of a system's message are read before anybody parses them: they are signed, and may be kept."""
        by_token = request.headers.get("Authorization", "").lower().startswith("bearer")
        short = int(request.META.get("CONTENT_LENGTH") or 0) <= LARGEST
        if request.method in WRITES and by_token and short and not hasattr(request, "_body"):
            request._body = request.read()  # noqa: SLF001 - where Django itself keeps them
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if _is_message(request):
            signing.check(request, request.auth.application, replayed=keeping.is_replay(request))

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        code = code_of(exc)
        if code and isinstance(response.data, dict):
            response.data["code"] = code
        unknown = isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed)
        later = isinstance(exc, exceptions.Throttled) or response.status_code >= 500  # its sender tries again
        if not unknown and not later and _is_message(self.request):
            keeping.keep(self.request, code or "invalid", response.data)
        return response


def in_yuan(request: Request) -> None:
    """A message may say in what its amounts are; anything but yuan is refused before an amount is looked at.

    :raises Refusal: on ``unit``, coded ``wrong_unit``.
    """
    require_yuan(request.data.get("unit", UNIT))


def _is_message(request: Request) -> bool:
    """Whether a partner's system tells us something; what it reads is not signed, and people sign in."""
    return request.method in WRITES and isinstance(request.auth, AccessToken)
