"""Telling the portal what happened, again and again until it answers; tests may disturb the next ones."""

import json
import logging
import sqlite3
import threading
import urllib.error
import urllib.request
from collections import deque

from sandbox.gateway import signing
from sandbox.gateway.store import Store

logger = logging.getLogger(__name__)

# ``drop`` loses a callback for good, ``double`` sends it twice, ``hold`` sends it two seconds late.
PLANS = ("drop", "double", "hold")
MOST_ATTEMPTS = 12


def said(row: sqlite3.Row, status: str) -> dict[str, str | None]:
    """An order or refund as the portal is told of it."""
    return {
        "kind": row["kind"],
        "number": row["number"],
        "reference": row["reference"],
        "status": status,
        "amount": row["paid"] or row["amount"],
        "happened_at": row["happened_at"],
    }


class Caller(threading.Thread):
    """The thread that sends callbacks as they fall due."""

    def __init__(self, store: Store, *, url: str, secret: str) -> None:
        super().__init__(daemon=True)
        self.store, self.url, self.secret = store, url, secret
        self.plans: deque[str] = deque()

    def run(self) -> None:
        pause = threading.Event()
        while True:
            row = self.store.due_callback()
            if row is None:
                pause.wait(0.1)
            else:
                self._send_as_planned(row)

    def _send_as_planned(self, row: sqlite3.Row) -> None:
        plan = self.plans.popleft() if self.plans else ""
        if plan == "drop":
            self.store.callback_done(row["id"])
            return
        if plan == "hold":
            self.store.callback_done(row["id"])
            self.store.queue(row["number"], row["said"], delay=2)
            return
        answered = [self._post(row) for _ in range(2 if plan == "double" else 1)]
        if all(answered) or row["attempts"] + 1 >= MOST_ATTEMPTS:
            self.store.callback_done(row["id"])

    def _post(self, row: sqlite3.Row) -> bool:
        body = json.dumps(said(row, row["said"])).encode()
        headers = {"Content-Type": "application/json", **signing.headers(body, self.secret)}
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - our own address
                return 200 <= answer.status < 300
        except (urllib.error.URLError, OSError) as error:
            logger.info("Callback for %s not taken: %s", row["number"], error)
            return False
