"""Run the departments' interfaces: ``python -m sandbox.sources --port 8105``.

``GET /<dataset>?limit=&cursor=&updated_since=`` answers pages of JSON. ``POST /control`` with
``{"dataset": …, "fault": "error" | "busy" | "slow" | "truncated" | "empty" | "redirect", "times": 2}`` lets the
next answers fail.
"""

import argparse
import datetime as dt
import json
import os
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from sandbox.sources.rows import HELD, changed_at

LARGEST = 65_536
SLOW_SECONDS = 8
MOST_ROWS = 5000


class Sources(ThreadingHTTPServer):
    """One thread per request."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], token: str) -> None:
        super().__init__(address, Handler)
        self.token = token
        self.faults: dict[str, list[str]] = {}


class Handler(BaseHTTPRequestHandler):
    """Pages of rows, and the control of faults."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer on an open connection waits 40 ms for an acknowledgement
    server: Sources

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        dataset = place.path.strip("/")
        if dataset == "":
            self._json(200, {"datasets": sorted(HELD)})
        elif dataset not in HELD:
            self._json(404, {"error": "not found"})
        elif self.server.token and self.headers.get("Authorization") != f"Bearer {self.server.token}":
            self._json(401, {"error": "token"})
        else:
            self._rows(dataset, {name: values[0] for name, values in parse_qs(place.query).items()})

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
        if self.path != "/control":
            self._json(404, {"error": "not found"})
            return
        given = json.loads(body)
        self.server.faults.setdefault(given["dataset"], []).extend([given["fault"]] * given.get("times", 1))
        self._json(200, {})

    def _rows(self, dataset: str, asked: dict[str, str]) -> None:
        waiting = self.server.faults.get(dataset, [])
        fault = waiting.pop(0) if waiting else ""
        if fault in ("error", "busy", "redirect"):
            status, header = {
                "error": (500, {}),
                "busy": (503, {"Retry-After": "1"}),
                "redirect": (302, {"Location": "http://169.254.169.254/"}),
            }[fault]
            self._json(status, {"error": fault}, header)
            return
        if fault == "slow":
            time.sleep(SLOW_SECONDS)
        page = {"rows": [], "next": None, "total": 0} if fault == "empty" else self._page(dataset, asked)
        self._json(200, page, cut=fault == "truncated")

    @staticmethod
    def _page(dataset: str, asked: dict[str, str]) -> dict:
        make, total = HELD[dataset]
        since = dt.datetime.fromisoformat(asked["updated_since"]) if asked.get("updated_since") else None
        numbers = [number for number in range(1, total + 1) if since is None or changed_at(number, total) >= since]
        begin = int(asked.get("cursor") or 0)
        end = begin + min(int(asked.get("limit") or MOST_ROWS), MOST_ROWS)
        rows = [{**make(number), "updated_at": changed_at(number, total).isoformat()} for number in numbers[begin:end]]
        return {
            "rows": rows,
            "next": str(end) if end < len(numbers) else None,
            "total": len(numbers),
            "control": {"rows": len(numbers)},
        }

    def _json(self, status: int, content: dict, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = cut or self.close_connection


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.sources", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--token-from", default="", help="the environment variable with the token asked for")
    chosen = parser.parse_args()
    token = os.environ[chosen.token_from] if chosen.token_from else ""
    Sources((chosen.host, chosen.port), token).serve_forever()


if __name__ == "__main__":
    main()
