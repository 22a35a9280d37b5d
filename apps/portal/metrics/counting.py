"""Counts and times requests by the name of their route, over all processes of one web server.

A path would name cases and people, a route's name does not. Each process writes its numbers into files in a
folder it shares with its siblings, and whichever process is asked adds them up.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

LIMITS = (0.025, 0.05, 0.1, 0.2, 0.5, 1, 3, 10)  # seconds
UNKNOWN = "unknown"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_own = CollectorRegistry()
REQUESTS = Counter("portal_requests", "Requests answered", ("route", "method", "status"), registry=_own)
SECONDS = Histogram("portal_request_seconds", "Seconds to an answer", ("route",), buckets=LIMITS, registry=_own)


class CountingMiddleware:
    """Counts every request once it has been answered. The first in line, so that it sees every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        prepare()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        response = self.get_response(request)
        match = request.resolver_match
        route = match.view_name if match and match.view_name else UNKNOWN
        REQUESTS.labels(route, request.method if request.method in METHODS else UNKNOWN, response.status_code).inc()
        SECONDS.labels(route).observe(time.monotonic() - started)
        return response


def prepare() -> None:
    """Make the folder of this server; those of servers of this host that have ended go."""
    folder = settings.METRICS_DIR
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"):
        parent = other.name.rpartition("-")[2]
        if parent.isdigit() and not Path(f"/proc/{parent}").exists():
            shutil.rmtree(other, ignore_errors=True)


def added_up() -> MultiProcessCollector:
    """The numbers of all processes of this server together."""
    return MultiProcessCollector(CollectorRegistry(), path=str(settings.METRICS_DIR))
