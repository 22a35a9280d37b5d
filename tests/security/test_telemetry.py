"""Traces: with a collector named a request gives a span there; without one nothing of it is even imported."""

import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from ops.environment import HOME

ASK = """
import django, sys
django.setup()
from django.test import Client
headers = {"X-Request-ID": "a1b2c3d4", "traceparent": sys.argv[1]}
answer = Client(SERVER_NAME="127.0.0.1").get("/healthz?q=somebody", headers=headers)
assert answer.status_code == 200
print([name for name in ("opentelemetry.sdk.trace", "opentelemetry.exporter") if name in sys.modules])
"""
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector():
    """A collector on a port of its own; gives its address and the spans it was sent."""
    spans = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                spans.extend(span for scope in resource.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Said by the test."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", spans
    server.shutdown()
    thread.join()
    server.server_close()


def ask(**environment: str) -> str:
    """One request to a portal in a process of its own; what of the tracing it imported."""
    run = subprocess.run(
        [sys.executable, "-c", ASK, CALLER],
        cwd=HOME,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "taxportal.settings", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip().splitlines()[-1]


def test_off_nothing_of_it_is_imported():
    assert ask() == "[]"  # redis looks for the metrics of OpenTelemetry by itself; that is not ours


def test_on_a_request_gives_a_span_at_the_collector(collector):
    address, spans = collector
    assert "opentelemetry.sdk.trace" in ask(OTEL_EXPORTER_OTLP_ENDPOINT=address)
    [span] = spans
    told = {each.key: each.value.string_value or each.value.int_value for each in span.attributes}
    assert span.name == "GET healthz"
    assert told == {
        "http.request.method": "GET",
        "http.route": "healthz",
        "http.response.status_code": 200,
        "portal.request": "a1b2c3d4",
    }
    assert span.trace_id.hex() == CALLER.split("-")[1]
    assert span.parent_span_id.hex() == CALLER.split("-")[2]


def test_a_collector_that_is_away_costs_the_request_nothing():
    assert "opentelemetry.sdk.trace" in ask(
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", OTEL_EXPORTER_OTLP_TIMEOUT="1"
    )
