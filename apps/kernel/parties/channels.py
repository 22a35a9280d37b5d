"""Through which channel a page is used (Art 11): a kiosk says so in its session, a phone in its browser's name."""

from django.http import HttpRequest

from apps.kernel.parties.actors import Channel

KIOSK = "kiosk"  # the session's mark of a self-service terminal


def of(request: HttpRequest) -> str:
    """The channel of a taxpayer's request."""
    if request.session.get(KIOSK):
        return Channel.KIOSK
    return Channel.MOBILE if "Mobile" in request.headers.get("User-Agent", "") else Channel.ONLINE
