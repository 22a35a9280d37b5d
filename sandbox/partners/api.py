"""The portal's API as a partner system uses it: client credentials, signed JSON, an idempotency key every time."""

import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

TIMEOUT = 20
EARLY = 60  # seconds before a token ends that a new one is fetched


class Away(Exception):
    """The portal cannot be reached, or is not itself: try again later."""


class Refused(Exception):
    """The portal has understood and said no."""

    def __init__(self, status: int, answer: Any) -> None:
        super().__init__(f"{status} {json.dumps(answer, ensure_ascii=False)[:400]}")
        self.status, self.answer = status, answer


class Api:
    """One partner's connection."""

    def __init__(self, portal: str, client: str, secret: str, signing: str = "") -> None:
        self.portal, self.client, self.secret = portal.rstrip("/"), client, secret
        self.signing = signing or secret
        self.token, self.good_until = "", 0.0

    def get(self, path: str, **query: Any) -> Any:
        """What the portal says at a path of its API ("accounts/requests/")."""
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._call("GET", f"/api/v1/{path}{asked}")

    def post(self, path: str, json: Any, *, idempotency_key: str) -> Any:
        """Send a message; the same key again does nothing more and gets the same answer."""
        return self._call("POST", f"/api/v1/{path}", json, {"Idempotency-Key": idempotency_key})

    def _call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        if time.monotonic() > self.good_until:
            self._authenticate()
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        more = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **(headers or {})}
        if data is not None:
            more |= self._signature(data)
        return self._send(urllib.request.Request(self.portal + path, data, more, method=method))  # noqa: S310 - http

    def _signature(self, data: bytes) -> dict[str, str]:
        """Over timestamp, nonce and the bytes of the message, with the secret the portal knows us by."""
        timestamp, nonce = str(int(time.time())), secrets.token_hex(16)  # noqa: TID251 - a partner's own clock
        digest = hmac.new(self.signing.encode(), f"{timestamp}.{nonce}.".encode() + data, hashlib.sha256)
        return {"X-Timestamp": timestamp, "X-Nonce": nonce, "X-Signature": digest.hexdigest()}

    def _authenticate(self) -> None:
        form = {"grant_type": "client_credentials", "client_id": self.client, "client_secret": self.secret}
        answer = self._send(
            urllib.request.Request(  # noqa: S310 - http, as configured
                f"{self.portal}/oauth/token/", urllib.parse.urlencode(form).encode(), method="POST"
            )
        )
        self.token = answer["access_token"]
        self.good_until = time.monotonic() + answer["expires_in"] - EARLY

    def _send(self, request: urllib.request.Request) -> Any:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - http, as configured
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            if error.code >= 500 or error.code == 429:
                raise Away(f"{error.code}") from error
            if error.code == 401:
                self.good_until = 0.0  # the next call asks for a new token
            raise Refused(error.code, _json(error.read())) from error
        except (OSError, ValueError) as error:
            raise Away(str(error)) from error


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return {"detail": body[:200].decode(errors="replace")}
