"""A small server full of faults: what every gate must find before its silence about the portal means anything.

``python -m ops.security.planted --port 8099``. Loopback only.
"""

import argparse
import json
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SCHEMA = {
    "openapi": "3.1.0",
    "info": {"title": "planted", "version": "1"},
    "paths": {
        "/api/broken/": {
            "get": {
                "operationId": "broken",
                "parameters": [{"name": "n", "in": "query", "required": True, "schema": {"type": "integer"}}],
                "responses": {"200": {"description": "ok"}},
            }
        }
    },
}


class Faults(BaseHTTPRequestHandler):
    """No header, no escaping, no bound parameter."""

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        given = parse_qs(place.query)
        if place.path == "/schema.json":
            return self._answer(200, json.dumps(SCHEMA), "application/json")
        if place.path == "/api/broken/":
            return self._answer(500, "broken", "text/plain")
        if place.path == "/search/":
            return self._answer(200, f"<html><body>{self._found(given.get('q', ['a'])[0])}</body></html>")
        return self._answer(200, '<html><body><form action="/search/"><input name="q"></form></body></html>')

    def _found(self, text: str) -> str:
        store = sqlite3.connect(":memory:")
        store.execute("CREATE TABLE page (title text)")
        store.execute("INSERT INTO page VALUES ('a'), ('b')")
        try:
            rows = store.execute(f"SELECT title FROM page WHERE title = '{text}'").fetchall()  # noqa: S608 - the fault
        except sqlite3.Error as error:
            return f"{text}: SQLite error: {error}"
        return f"{text}: {rows}"

    def _answer(self, status: int, body: str, kind: str = "text/html") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_arguments: object) -> None:
        """Scanners ask thousands of times."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), Faults).serve_forever()


if __name__ == "__main__":
    main()
