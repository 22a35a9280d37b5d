"""The self-service terminal (自助终端): few matters, big targets, and nobody's data left behind (Art 11).

A session that has opened the terminal's page is a terminal's. It warns before it signs out by itself; the
server signs out as well when nothing has come for the whole time, whatever the browser did. All without
JavaScript: the warning comes by the Refresh header.
"""

from collections.abc import Callable
from urllib.parse import quote

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from apps.kernel.parties.channels import KIOSK
from apps.kernel.workcalendar import clock

WARN_AFTER, END_AFTER = 90, 120  # seconds
SEEN = "kiosk_seen"


class KioskMiddleware:
    """Signs a terminal out after the idle time, warns before, and lets no browser keep a page of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.session.get(KIOSK):
            return self.get_response(request)
        now = clock.now().timestamp()
        if request.user.is_authenticated and now - request.session.get(SEEN, now) > END_AFTER:
            return _signed_out(request)
        request.session[SEEN] = now
        if request.path == "/":  # the way home from any page leads back to the terminal's own
            return redirect("kiosk")
        response = self.get_response(request)
        if not request.session.get(KIOSK):  # signed out on a page: the terminal stays one for whoever comes next
            return _back_to_start()
        if request.user.is_authenticated and "text/html" in response.get("Content-Type", ""):
            response["Cache-Control"] = "no-store"
            if "Refresh" not in response:
                warning = f"{reverse('kiosk_warning')}?next={quote(request.path)}"
                response["Refresh"] = f"{WARN_AFTER}; url={warning}"
        return response


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The terminal's first page; from here on the session is a terminal's."""
    request.session[KIOSK] = True
    request.session.setdefault(SEEN, clock.now().timestamp())
    party = getattr(request.user, "own_party", None)
    return render(request, "services/channels/kiosk.html", {"party": party})


@require_safe
def warning(request: HttpRequest) -> HttpResponse:
    """Still there? Otherwise the terminal signs out in a moment."""
    back = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    context = {"back": back if safe else reverse("kiosk"), "seconds": END_AFTER - WARN_AFTER}
    response = render(request, "services/channels/kiosk_warning.html", context)
    response["Refresh"] = f"{END_AFTER - WARN_AFTER}; url={reverse('kiosk_end')}?now=1"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest) -> HttpResponse:
    """Sign out and leave nothing behind; unasked, when the warning was not answered."""
    if request.method == "POST" or ("now" in request.GET and request.session.get(KIOSK)):
        return _signed_out(request)
    return render(request, "services/channels/kiosk_end.html")


def _signed_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return _back_to_start()


def _back_to_start() -> HttpResponse:
    response = redirect("kiosk")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
