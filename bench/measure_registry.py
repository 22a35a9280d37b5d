"""Certificate checks by a registry's system with 50 clients at once, beside the bare view asked the same way.

Each check is a row, a link in the evidence, a record of the read and a message to the payer; the bare view does
nothing. What is held to a ratio is the ninety-ninth percentile: the clerk at the counter waits for it.
"""

import json

from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.acting import staff_actor
from apps.kernel.parties.models import Organisation, User
from bench import load, people
from bench.figures import Figure

CHECKS, CLIENTS = 1_500, 50
CERTIFICATES = 100


def measure(address: str) -> list[Figure]:
    """Latency of the slowest one in a hundred, checks per second, and whether every check is on record once."""
    signed_in = {**people.headers("registry"), "Content-Type": "application/json"}
    certificates = _certificates()

    def check(prefix: str):
        def make(index: int) -> load.Request:
            document = certificates[index % len(certificates)]
            body = {
                "asked": document.printed_code,
                "payer": document.party_name,
                "matter": "real_estate",
                "matter_number": f"BENCH-{index:06d}",
            }
            headers = {**signed_in, "Idempotency-Key": f"{prefix}-{index:06d}"}
            return load.Request("POST", "/api/v1/registry/checks/", headers, json.dumps(body))

        return make

    load.run(address, check("bench-warm"), requests=100, ok=201)
    before = CertificateCheck.objects.count()
    ours = load.run(address, check("bench-check"), requests=CHECKS, clients=CLIENTS, ok=201)
    written = CertificateCheck.objects.count() - before
    bare = load.run(
        address,
        lambda _: load.Request("GET", "/bench/bare/", signed_in),
        requests=CHECKS,
        clients=CLIENTS,
    )
    times = ours.p99_ms / bare.p99_ms
    wrong = abs(CHECKS - written) + ours.failures
    return [
        Figure(what="checks, everything on, 50 clients", value=ours.per_second, unit="checks/s"),
        Figure(what="bare view, 50 clients", value=bare.per_second, unit="requests/s"),
        Figure(what="check: median latency", value=ours.median_ms, unit="ms"),
        Figure(what="check: 99th percentile latency", value=ours.p99_ms, unit="ms"),
        Figure(what="bare view: 99th percentile latency", value=bare.p99_ms, unit="ms"),
        Figure(what="99th percentile, times the bare view's", value=times, unit="ratio", at_most=40),
        Figure(what="checks lost, doubled or failed", value=wrong, unit="checks", at_most=0),
    ]


def _certificates() -> list[IssuedDocument]:
    """Deed tax certificates of as many payers."""
    clerk = staff_actor(User.objects.get(username="clerk"))
    payers = Organisation.objects.select_related("party").order_by("pk")[:CERTIFICATES]
    row = {"levy": "契税", "period": "2026-09-18", "amount": "100.00", "paid_on": "2026-09-20"}
    return [
        letters.issue(
            "tax-payment-certificate", each.party, {"rows": [row], "total": "100.00"}, actor=clerk, about="bench"
        )
        for each in payers
    ]
