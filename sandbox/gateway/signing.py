"""The gateway's side of the signatures: HMAC-SHA256 over ``timestamp.nonce.body``."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping

WINDOW = 300


def now() -> float:
    """The gateway's own clock."""
    return time.time()  # noqa: TID251 - the outside world does not keep the portal's time


def headers(body: bytes, secret: str) -> dict[str, str]:
    """The headers that sign ``body``."""
    timestamp, nonce = str(int(now())), secrets.token_hex(16)
    return {"X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": _digest(timestamp, nonce, body, secret)}


def problem(body: bytes, given: Mapping[str, str], secret: str) -> str:
    """What is wrong with a signature; nothing when it is good."""
    timestamp, nonce = given.get("X-Timestamp", ""), given.get("X-Nonce", "")
    expected = _digest(timestamp, nonce, body, secret)
    if not nonce or not hmac.compare_digest(expected.encode(), given.get("X-Signature", "").encode()):
        return "signature"
    return "" if abs(now() - int(timestamp)) <= WINDOW else "window"


def _digest(timestamp: str, nonce: str, body: bytes, secret: str) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.{nonce}.".encode() + body, hashlib.sha256).hexdigest()
