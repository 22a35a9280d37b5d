"""How the portal signs what it sends to other systems and checks what they send back.

HMAC-SHA256 over ``timestamp.nonce.body``: the timestamp bounds how long a captured message
can be replayed, the nonce lets the receiver refuse it within that time.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from apps.kernel.workcalendar import clock

WINDOW_SECONDS = 300


class BadSignature(Exception):
    """The message was not signed by the other side, or too long ago."""


class OutOfTime(BadSignature):
    """Signed by the other side, and not now."""


def headers(body: bytes, *, secret: str) -> dict[str, str]:
    """The three headers that sign ``body``."""
    timestamp, nonce = str(int(clock.now().timestamp())), secrets.token_hex(16)
    return {"X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": _sign(timestamp, nonce, body, secret)}


def verify(body: bytes, given: Mapping[str, str], *, secret: str, window: int | None = WINDOW_SECONDS) -> str:
    """The nonce of a properly signed message; ``window`` is in seconds, and ``None`` lets any time pass.

    :raises BadSignature: when the signature is wrong, ``OutOfTime`` when it is outside the window.
    """
    timestamp, nonce = given.get("X-Timestamp", ""), given.get("X-Nonce", "")
    if not secret or not nonce or len(nonce) > 64:
        raise BadSignature("incomplete")
    expected = _sign(timestamp, nonce, body, secret)
    if not hmac.compare_digest(expected.encode(), given.get("X-Signature", "").encode()):
        raise BadSignature("signature")
    # Signed, so the timestamp is a number the other side wrote.
    if window is not None and abs(clock.now().timestamp() - int(timestamp)) > window:
        raise OutOfTime("window")
    return nonce


def _sign(timestamp: str, nonce: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.{nonce}.".encode() + body, hashlib.sha256).hexdigest()
