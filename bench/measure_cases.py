"""Submitting a case with everything on, against the same rows inserted by plain SQL through the same server."""

import json
import urllib.parse

from apps.kernel.casework.models import Case
from apps.kernel.parties.acting import own_actor
from apps.kernel.parties.models import User
from bench import load, people
from bench.figures import Figure
from bench.measure_pages import DETAIL

SUBMISSIONS = 600


def measure(address: str) -> list[Figure]:
    """Submissions per second with lock, checks, audit chain, clock and outbox, beside plain inserts."""
    user = User.objects.get(username="citizen")
    actor = own_actor(user)
    signed_in = {**people.headers("citizen"), "Content-Type": "application/json"}
    body = json.dumps({"procedure": "deferral", "detail": DETAIL})
    plain = urllib.parse.urlencode({"party": actor.party.pk, "office": actor.party.office_id, "user": user.pk})
    form = {**people.headers("citizen"), "Content-Type": "application/x-www-form-urlencoded"}

    def submit(prefix: str):
        return lambda index: load.Request(
            "POST", "/api/v1/cases/", {**signed_in, "Idempotency-Key": f"{prefix}-{index:06d}"}, body
        )

    load.run(address, submit("bench-warm"), requests=50, ok=201)
    before = Case.objects.count()
    ours = load.run(address, submit("bench-case"), requests=SUBMISSIONS, ok=201)
    written = Case.objects.count() - before
    bare = load.run(
        address,
        lambda _: load.Request("POST", "/bench/plain-submit/", form, plain),
        requests=SUBMISSIONS,
        ok=201,
    )
    return [
        Figure(what="submissions, everything on", value=ours.per_second, unit="cases/s"),
        Figure(what="the same rows by plain SQL", value=bare.per_second, unit="cases/s"),
        Figure(what="share of the plain SQL view", value=ours.per_second / bare.per_second, unit="ratio", at_least=0.4),
        Figure(what="submission: 95th percentile latency, 4 clients", value=ours.p95_ms, unit="ms"),
        Figure(what="submissions lost or failed", value=SUBMISSIONS - written + ours.failures, unit="cases", at_most=0),
    ]
