"""Orders, refunds and callbacks in one SQLite file, so that nothing is lost when the process is killed."""

import contextlib
import datetime as dt
import secrets
import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from sandbox.gateway.signing import WINDOW, now

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
SCHEMA = """
CREATE TABLE IF NOT EXISTS matter (
    number TEXT PRIMARY KEY, kind TEXT NOT NULL, reference TEXT NOT NULL UNIQUE, amount TEXT NOT NULL,
    status TEXT NOT NULL, happened_at TEXT, title TEXT, expires_at TEXT, return_url TEXT, paid TEXT, of_order TEXT);
CREATE TABLE IF NOT EXISTS callback (
    id INTEGER PRIMARY KEY, number TEXT NOT NULL, status TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL, done INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS nonce (nonce TEXT PRIMARY KEY, seen REAL NOT NULL);
"""


class Conflict(Exception):
    """The request contradicts what is already there."""


def moment() -> str:
    """This second, as the gateway writes it."""
    return dt.datetime.fromtimestamp(now(), SHANGHAI).isoformat(timespec="seconds")


class Store:
    """The file. Every method is one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._transaction() as db:
            db.executescript(SCHEMA)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            if db.in_transaction:
                db.execute("COMMIT")
        finally:
            db.close()

    # --- orders and refunds ------------------------------------------------------------------

    def open_order(self, number: str, amount: str, title: str, expires_at: str, return_url: str) -> sqlite3.Row:
        """A new order, or the one opened before under this number."""
        with self._transaction() as db:
            found = self._one(db, "number", number)
            if found is not None:
                if found["amount"] != amount:
                    raise Conflict("amount")
                return found
            db.execute(
                "INSERT INTO matter (number, kind, reference, amount, status, title, expires_at, return_url)"
                " VALUES (?, 'payment', ?, ?, 'pending', ?, ?, ?)",
                (number, "G" + secrets.token_hex(12), amount, title, expires_at, return_url),
            )
            return self._one(db, "number", number)

    def find(self, key: str, value: str) -> sqlite3.Row | None:
        """An order or refund by ``number`` or ``reference``."""
        with self._transaction() as db:
            return self._one(db, key, value)

    def finish(self, number: str, status: str, *, paid: str | None = None) -> sqlite3.Row | None:
        """End a pending order and queue the callback; a finished one stays as it is."""
        with self._transaction() as db:
            found = self._one(db, "number", number)
            if found is None or found["status"] != "pending":
                return found
            if status == "succeeded" and found["expires_at"] and found["expires_at"] < _utc_now():
                status = "expired"
            db.execute(
                "UPDATE matter SET status = ?, happened_at = ?, paid = ? WHERE number = ?",
                (status, moment(), paid or found["amount"], number),
            )
            self._queue(db, number, status)
            return self._one(db, "number", number)

    def refund(self, number: str, order: str, amount: str, *, status: str = "succeeded") -> sqlite3.Row:
        """Refund part of a paid order, or find the refund made before under this number."""
        with self._transaction() as db:
            found = self._one(db, "number", number)
            if found is not None:
                return found
            paid = self._one(db, "number", order)
            if paid is None or paid["status"] != "succeeded":
                raise Conflict("order not paid")
            earlier = db.execute("SELECT amount FROM matter WHERE of_order = ? AND status != 'failed'", (order,))
            if sum((Decimal(row["amount"]) for row in earlier), Decimal(amount)) > Decimal(paid["paid"]):
                raise Conflict("more than was paid")
            db.execute(
                "INSERT INTO matter (number, kind, reference, amount, paid, status, happened_at, of_order)"
                " VALUES (?, 'refund', ?, ?, ?, ?, ?, ?)",
                (number, "B" + secrets.token_hex(12), amount, amount, status, moment(), order),
            )
            if status != "pending":
                self._queue(db, number, status)
            return self._one(db, "number", number)

    def statement(self, day: str) -> list[sqlite3.Row]:
        """What succeeded on a Shanghai day."""
        with self._transaction() as db:
            return db.execute(
                "SELECT * FROM matter WHERE status = 'succeeded' AND substr(happened_at, 1, 10) = ? ORDER BY number",
                (day,),
            ).fetchall()

    def paid(self) -> dict[str, Decimal]:
        """Every order money was taken for, and how much."""
        with self._transaction() as db:
            rows = db.execute("SELECT number, paid FROM matter WHERE kind = 'payment' AND status = 'succeeded'")
            return {row["number"]: Decimal(row["paid"]) for row in rows}

    # --- callbacks and nonces ------------------------------------------------------------------

    def queue(self, number: str, status: str, *, delay: float = 0) -> None:
        """Queue a callback that says ``status``, whatever the order's own state is."""
        with self._transaction() as db:
            self._queue(db, number, status, delay=delay)

    def due_callback(self) -> sqlite3.Row | None:
        """The next callback to send, leased for a few seconds."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT c.id, c.status AS said, c.attempts, m.* FROM callback c JOIN matter m ON m.number = c.number"
                " WHERE NOT c.done AND c.due <= ? ORDER BY c.due LIMIT 1",
                (now(),),
            ).fetchone()
            if row is not None:
                db.execute(
                    "UPDATE callback SET attempts = attempts + 1, due = ? WHERE id = ?",
                    (now() + min(60, 2 ** row["attempts"]), row["id"]),
                )
            return row

    def callback_done(self, identifier: int) -> None:
        with self._transaction() as db:
            db.execute("UPDATE callback SET done = 1 WHERE id = ?", (identifier,))

    def first_use(self, nonce: str) -> bool:
        """Whether a nonce was not used within the window."""
        with self._transaction() as db:
            db.execute("DELETE FROM nonce WHERE seen < ?", (now() - 2 * WINDOW,))
            return db.execute("INSERT OR IGNORE INTO nonce VALUES (?, ?)", (nonce, now())).rowcount == 1

    @staticmethod
    def _one(db: sqlite3.Connection, key: str, value: str) -> sqlite3.Row | None:
        column = {"number": "number", "reference": "reference"}[key]
        return db.execute(f"SELECT * FROM matter WHERE {column} = ?", (value,)).fetchone()  # noqa: S608 - two fixed names

    @staticmethod
    def _queue(db: sqlite3.Connection, number: str, status: str, *, delay: float = 0) -> None:
        db.execute("INSERT INTO callback (number, status, due) VALUES (?, ?, ?)", (number, status, now() + delay))


def _utc_now() -> str:
    return dt.datetime.fromtimestamp(now(), dt.UTC).isoformat()
