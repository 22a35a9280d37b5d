"""How someone likes to read the portal: language, text size, contrast (Art 11, accessible service).

A signed-in user's choice is saved to the profile; a cookie holds it on this device as well.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.kernel.parties.models import User

TEXT_COOKIE = "text_size"
CONTRAST_COOKIE = "high_contrast"
YEAR = 365 * 24 * 3600
# What the language switch and the toggles may post.
CONTRAST = {"on": True, "off": False}
LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class Display:
    """Text size and contrast of a page."""

    text_size: str = User.TextSize.NORMAL
    high_contrast: bool = False


def display(request: HttpRequest) -> Display:
    """What the reader chose: the profile when signed in, else this device's cookies."""
    if request.user.is_authenticated:
        return Display(request.user.text_size, request.user.high_contrast)
    return of_device(request)


def of_device(request: HttpRequest) -> Display:
    """What was chosen on this device."""
    large = request.COOKIES.get(TEXT_COOKIE) == User.TextSize.LARGE
    return Display(
        User.TextSize.LARGE if large else User.TextSize.NORMAL,
        CONTRAST.get(request.COOKIES.get(CONTRAST_COOKIE), False),
    )


def save(user: User, **choices: str | bool) -> None:
    """Keep choices in the profile of a signed-in user."""
    for name, value in choices.items():
        setattr(user, name, value)
    user.save(update_fields=list(choices))


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Keep a choice on this device for a year."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True)
