"""A department's HTTP interface that answers what a test tells it to."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 3
SILENT_SECONDS, DRIP_SECONDS, PATIENCE_SECONDS = 1.0, 0.05, 60.0


class Played(ThreadingHTTPServer):
    """Rows to give, and faults to play first: (status, headers) or a word.

    "truncated", "words" (for rows), "notjson", "silent" (no answer for a while), "dripping" (one byte at a time).
    An event: the answer waits until it is set.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.rows: list[dict] = []
        self.faults: list = []
        self.asked: list[dict[str, str]] = []
        self.control: dict = {}
        self.repeat_page = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/rows"


class _Handler(BaseHTTPRequestHandler):
    server: Played

    def log_message(self, *_args) -> None:
        pass

    def do_GET(self) -> None:
        played = self.server
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        played.asked.append(asked)
        fault = played.faults.pop(0) if played.faults else None
        if isinstance(fault, tuple):
            self._answer(b"{}", *fault)
            return
        if fault == "silent":
            time.sleep(SILENT_SECONDS)
            return
        if isinstance(fault, threading.Event):
            fault.wait(PATIENCE_SECONDS)
        if fault == "notjson":
            self._answer(b"<html>")
            return
        rows = [row for row in played.rows if row.get("changed", "9") >= asked.get("updated_since", "")]
        begin = int(asked.get("cursor") or 0)
        end = min(begin + PAGE, len(rows))
        shown = rows[max(begin - PAGE, 0) if played.repeat_page and begin else begin : end]
        answer = {"rows": shown, "next": str(end) if end < len(rows) else None, "total": len(rows)}
        if fault == "words":
            answer["rows"] = "none"
        if played.control:
            answer["control"] = played.control
        self._answer(json.dumps(answer).encode(), cut=fault == "truncated", drip=fault == "dripping")

    def _answer(self, body: bytes, status: int = 200, headers: dict | None = None, *, cut=False, drip=False) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if not drip:
            self.wfile.write(body[: len(body) // 2] if cut else body)
            return
        with contextlib.suppress(OSError):  # whoever has had enough hangs up
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                time.sleep(DRIP_SECONDS)


@contextlib.contextmanager
def played() -> Iterator[Played]:
    """A running interface."""
    server = Played()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
