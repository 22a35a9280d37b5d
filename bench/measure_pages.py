"""Pages people open all day, against a view that does nothing on the same server in the same run.

The bare view answers the same request with the same session: what is compared is the page, not the
sign-in, which every page pays alike. What the bare view gives to nobody in particular is told beside it.
"""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.kernel.casework import cases
from apps.kernel.parties.acting import own_actor
from apps.kernel.parties.models import User
from apps.services.procedures.deferral import DEFERRAL
from bench import load, people
from bench.figures import Figure

REQUESTS = 1500
CASES = 200
DETAIL = {
    "levy": "vat",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}
KEPT = {"levy_id" if name == "levy" else name: value for name, value in DETAIL.items()}


def measure(address: str) -> list[Figure]:
    """Requests per second, latency and queries of home and the list of cases."""
    actor = own_actor(User.objects.get(username="citizen"))
    for number in range(CASES):
        cases.open_submitted(DEFERRAL, actor, KEPT, idempotency_key=f"bench-page-{number}")
    pages = {
        "home": reverse("acting_home", args=[actor.party.ref]),
        "case list": reverse("cases:list", args=[actor.party.ref]),
    }
    signed_in, inside = people.headers("citizen"), people.client("citizen")
    bare = _load(address, "/bench/bare/", signed_in)
    figures = [
        Figure(what="bare view", value=bare.per_second, unit="requests/s"),
        Figure(
            what="bare view, nobody signed in", value=_load(address, "/bench/bare/", {}).per_second, unit="requests/s"
        ),
    ]
    for name, path in pages.items():
        inside.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert inside.get(path).status_code == 200
        under_load = _load(address, path, signed_in)
        figures += [
            Figure(what=f"{name}: requests per second", value=under_load.per_second, unit="requests/s"),
            Figure(
                what=f"{name}: share of the bare view's requests per second",
                value=under_load.per_second / bare.per_second,
                unit="ratio",
                at_least=0.25,
            ),
            Figure(what=f"{name}: median latency, 4 clients", value=under_load.median_ms, unit="ms"),
            Figure(what=f"{name}: 95th percentile latency, 4 clients", value=under_load.p95_ms, unit="ms"),
            Figure(what=f"{name}: queries", value=len(queries), unit="queries", at_most=8),
            Figure(what=f"{name}: failed requests", value=under_load.failures, unit="requests", at_most=0),
        ]
    return figures


def _load(address: str, path: str, headers: dict[str, str]) -> load.Figures:
    load.run(address, lambda _: load.Request("GET", path, headers), requests=100)  # warm both workers
    return load.run(address, lambda _: load.Request("GET", path, headers), requests=REQUESTS)
