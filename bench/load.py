"""A small load: a fixed number of requests over kept-alive connections, latencies and requests per second.

Both sides of a comparison go through the same client, so its own cost weighs on both.
"""

import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Figures:
    """What a load measured: requests per second, and latencies in milliseconds."""

    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    failures: int


@dataclass(frozen=True)
class Request:
    """One request of a load."""

    method: str
    path: str
    headers: dict[str, str]
    body: str | None = None


def run(
    address: str, make: Callable[[int], Request], *, requests: int, clients: int = 4, ok: int | frozenset[int] = 200
) -> Figures:
    """Send ``requests`` requests from ``clients`` threads; ``make(i)`` gives the i-th, ``ok`` the good answers."""
    place = urlsplit(address)
    fine = {ok} if isinstance(ok, int) else ok
    latencies: list[float] = []
    failures: list[int] = []
    todo = iter(range(requests))
    lock = threading.Lock()

    def client() -> None:
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        while True:
            with lock:
                index = next(todo, None)
            if index is None:
                return
            request = make(index)
            began = time.perf_counter()
            connection.request(request.method, request.path, request.body, request.headers)
            response = connection.getresponse()
            response.read()
            latencies.append((time.perf_counter() - began) * 1000)
            if response.status not in fine:
                failures.append(response.status)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    ranked = sorted(latencies)
    return Figures(
        per_second=round(requests / took, 1),
        median_ms=round(statistics.median(ranked), 2),
        p95_ms=round(ranked[int(len(ranked) * 0.95) - 1], 2),
        p99_ms=round(ranked[int(len(ranked) * 0.99) - 1], 2),
        failures=len(failures),
    )
