"""Keeps an unlocked key for a short while: encrypted in the session, its key in a cookie, neither enough alone.

Who copies the sessions from the database, or the cookie from the browser, has nothing.
"""

import base64

from django.http import HttpRequest, HttpResponse

from apps.kernel.workcalendar import clock
from apps.supervision.reports.boxes import Opened, of
from apps.supervision.reports.sealing import CURRENT, CannotOpen, new_key

_SLOT, _COOKIE, _PATH = "reports_vault", "vault", "/counter/reports/"
LASTS = 20 * 60  # seconds


def keep(request: HttpRequest, response: HttpResponse, opened: Opened) -> None:
    """Keep an opened box for this session."""
    key = new_key()
    until = int(clock.now().timestamp()) + LASTS
    sealed = CURRENT.encrypt(key, opened.private, _about(opened.box.pk, until))
    request.session[_SLOT] = {"box": opened.box.pk, "until": until, "sealed": base64.b64encode(sealed).decode()}
    response.set_cookie(
        _COOKIE,
        base64.urlsafe_b64encode(key).decode(),
        path=_PATH,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )


def opened(request: HttpRequest) -> Opened | None:
    """The box kept for this session, unless its time is over."""
    kept = request.session.get(_SLOT)
    box = of(request.actor) if kept else None
    if box is None or box.pk != kept["box"] or clock.now().timestamp() > kept["until"]:
        request.session.pop(_SLOT, None)
        return None
    try:
        key = base64.urlsafe_b64decode(request.COOKIES.get(_COOKIE, ""))
        sealed = base64.b64decode(kept["sealed"])
        return Opened(box, CURRENT.decrypt(key, sealed, _about(box.pk, kept["until"])))
    except (CannotOpen, ValueError):
        return None


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Lock the box again."""
    request.session.pop(_SLOT, None)
    response.delete_cookie(_COOKIE, path=_PATH, samesite="Strict")


def _about(box: int, until: int) -> bytes:
    return f"vault/{box}/{until}".encode()
