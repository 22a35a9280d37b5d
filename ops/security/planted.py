"""A small server full of faults: what every gate must find before its silence about the portal means anything.

``python -m ops.security.planted --port 8099``. Loopback only. It lets in whoever asks, so that scanners can be
shown a page that only the signed-in see.
"""

import argparse
import json
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SESSION = "sessionid=planted"
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
FORM = '<html><body><form action="{}"><input name="q"></form></body></html>'


class Faults(BaseHTTPRequestHandler):
    """No header, no escaping, no bound parameter, cookies for everybody."""

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        given = parse_qs(place.query)
        signed_in = SESSION in self.headers.get("Cookie", "")
        if place.path == "/api/v1/schema/":
            return self._answer(200, json.dumps(SCHEMA), "application/json")
        if place.path == "/api/broken/":
            sys.stderr.write(f"Internal Server Error: {place.path}\n")
            return self._answer(500, "broken", "text/plain")
        if place.path == "/" and signed_in:
            return self._answer(302, "", location="/as/planted/")
        if place.path.startswith("/as/planted/") and not signed_in:
            return self._answer(404, "")
        if place.path in ("/search/", "/as/planted/search/"):
            return self._answer(200, f"<html><body>{self._found(given.get('q', ['a'])[0])}</body></html>")
        return self._answer(200, FORM.format("/as/planted/search/" if signed_in else "/search/"))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(200, json.dumps({"access_token": "planted"}), "application/json")

    def _found(self, text: str) -> str:
        store = sqlite3.connect(":memory:")
        store.execute("CREATE TABLE page (title text)")
        store.execute("INSERT INTO page VALUES ('a'), ('b')")
        try:
            rows = store.execute(f"SELECT title FROM page WHERE title = '{text}'").fetchall()  # noqa: S608 - the fault
        except sqlite3.Error as error:
            return f"{text}: sqlite3.OperationalError: {error}"
        return f"{text}: {rows}"

    def _answer(self, status: int, body: str, kind: str = "text/html", location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Set-Cookie", "csrftoken=planted; Path=/")
        if self.command == "POST":
            self.send_header("Set-Cookie", f"{SESSION}; Path=/")
        if location:
            self.send_header("Location", location)
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
