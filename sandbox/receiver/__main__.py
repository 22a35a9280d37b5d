"""Run a receiver: ``python -m sandbox.receiver --name 短信网关 --port 8104 --secret-from SMS_GATEWAY_SECRET …``.

Takes signed posts (HMAC-SHA256 over ``timestamp.nonce.body``), each key once. ``POST /control`` with
``{"fault": "error" | "slow" | "lost", "times": 2}`` lets the next posts fail: 500, a slow answer, or
kept without any answer.
"""

import argparse
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sandbox.gateway import signing
from sandbox.receiver import pages
from sandbox.receiver.store import Store

SLOW_SECONDS = 12
LARGEST = 262_144


class Receiver(ThreadingHTTPServer):
    """One thread per request."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, name: str, secret: str, store: Store) -> None:
        super().__init__(address, Handler)
        self.name, self.secret, self.store = name, secret, store
        self.faults: list[str] = []
        self.nonces: dict[str, float] = {}


class Handler(BaseHTTPRequestHandler):
    """The signed door, the page of what arrived, and the control of faults."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer on an open connection waits 40 ms for an acknowledgement
    server: Receiver

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(200, pages.received(self.server.name, self.server.store), "text/html; charset=utf-8")
        elif self.path == "/style.css":
            self._answer(200, pages.STYLE, "text/css; charset=utf-8")
        elif self.path == "/messages":
            store = self.server.store
            self._json(200, {"posts": store.posts, "messages": list(store.messages.values()), "shown": store.shown})
        else:
            self._json(404, {"error": "not found"})

    def do_POST(self) -> None:
        self.body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
        if self.path == "/control":
            given = json.loads(self.body)
            self.server.faults += [given["fault"]] * given.get("times", 1)
            self._json(200, {})
            return
        if self.path not in {"/messages", "/status"}:
            self._json(404, {"error": "not found"})
            return
        self._take()

    def _take(self) -> None:
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault == "error":
            self._json(500, {"error": "broken"})
            return
        if fault == "slow":
            time.sleep(SLOW_SECONDS)
        problem = signing.problem(self.body, self.headers, self.server.secret) or self._seen_before()
        if problem:
            self._json(401, {"error": problem})
            return
        try:
            content = json.loads(self.body)
        except ValueError:
            self._json(400, {"error": "not JSON"})
            return
        key = self.headers.get("Idempotency-Key") or content.get("id", "")
        new = self.server.store.take(key, content)
        if fault == "lost":
            self.close_connection = True
            return
        self._json(200, {"reference": f"R-{key[:8]}", "new": new})

    def _seen_before(self) -> str:
        """A nonce is good once within the window: the same bytes again are a replay, a retry is signed anew."""
        nonce, now = self.headers["X-Nonce"], signing.now()
        self.server.nonces = {each: at for each, at in self.server.nonces.items() if now - at < 2 * signing.WINDOW}
        if nonce in self.server.nonces:
            return "replay"
        self.server.nonces[nonce] = now
        return ""

    def _json(self, status: int, content: dict) -> None:
        self._answer(status, json.dumps(content, ensure_ascii=False), "application/json")

    def _answer(self, status: int, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'")
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.receiver", description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--secret-from", required=True, help="the environment variable with the shared secret")
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    store = Store(chosen.folder / "messages.jsonl")
    secret = os.environ[chosen.secret_from]
    Receiver((chosen.host, chosen.port), name=chosen.name, secret=secret, store=store).serve_forever()


if __name__ == "__main__":
    main()
