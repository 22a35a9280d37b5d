"""What one more costs in processor time: a case, a page, a row pulled, a taxpayer matched.

Processor time of all our processes and of PostgreSQL, by their own count: unlike seconds on the clock it says
the same on a busy machine, so it is what ``docs/scaling.md`` reckons with. ``ROWS`` and ``PAYERS`` say how much.
"""

import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from apps.kernel.facts import city
from apps.kernel.parties.acting import own_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from apps.services.guidance import pushing
from bench import load, measure_pulls, people
from bench.figures import Figure
from bench.measure_pages import DETAIL

CASES, PAGES = 200, 400
ROWS = int(os.environ.get("ROWS", "100000"))
PAYERS = int(os.environ.get("PAYERS", "100000"))
TICKS = os.sysconf("SC_CLK_TCK")


def measure(address: str) -> list[Figure]:
    """Milliseconds of processor time per case and page, microseconds per row and taxpayer; ours and PostgreSQL's."""
    signed_in = people.headers("citizen")
    home = reverse("acting_home", args=[own_actor(User.objects.get(username="citizen")).party.ref])

    def pages(count: int) -> int:
        failed = load.run(address, lambda _: load.Request("GET", home, signed_in), requests=count).failures
        return count - failed

    def cases(count: int, prefix: str) -> int:
        body = json.dumps({"procedure": "deferral", "detail": DETAIL})
        headers = {**signed_in, "Content-Type": "application/json"}
        failed = load.run(
            address,
            lambda number: load.Request(
                "POST", "/api/v1/cases/", {**headers, "Idempotency-Key": f"{prefix}-{number:06d}"}, body
            ),
            requests=count,
            ok=201,
        ).failures
        return count - failed

    pages(50)
    cases(20, "warm-up")
    figures = [
        *_cost("page (home)", "ms", 1000, lambda: pages(PAGES)),
        *_cost("case submitted", "ms", 1000, lambda: cases(CASES, "cost")),
        *_cost("row pulled", "µs", 1_000_000, _pull),
    ]
    city.fill(PAYERS, progress=lambda _done: None)
    return [*figures, *_cost("taxpayer matched with all policies", "µs", 1_000_000, _match)]


def _pull() -> int:
    """A department's file, as the pulls' own benchmark writes it; how many rows came."""
    with tempfile.TemporaryDirectory(prefix="bench-scaling-") as folder:
        place = Path(folder)
        settings.PULLS_DROP_DIR = str(place)
        source = measure_pulls._source()  # noqa: SLF001 - the benchmark beside
        measure_pulls._write(place / "whole.csv", range(ROWS))  # noqa: SLF001 - as above
        run, _seconds = measure_pulls._pull(source)  # noqa: SLF001 - as above
        return run.received


def _match() -> int:
    run = pushing.start(Actor.system("bench"), push=False)
    pushing.work()
    run.refresh_from_db()
    return run.done


# --- processor time ----------------------------------------------------------------------------------------


def _cost(what: str, unit: str, per_second: int, work: Callable[[], int]) -> list[Figure]:
    """What ``work`` cost for each of the units it says it did."""
    before = _spent()
    done = work()
    spent = _spent() - before
    return [
        Figure(what=f"{what}: {whose}", value=spent[whose] / done * per_second, unit=unit)
        for whose in ("our processes", "PostgreSQL")
    ]


def _spent() -> Counter[str]:
    """Seconds of processor time so far, of this process's family: those of PostgreSQL, and all others."""
    processes = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                name = (entry / "comm").read_text().strip()
            except OSError:
                continue
            ours = sum(map(int, fields[11:15]))  # its own time and that of children which have ended
            processes[int(entry.name)] = (int(fields[1]), name, ours / TICKS)
    spent: Counter[str] = Counter()
    for pid, (_parent, name, seconds) in processes.items():
        ancestor = pid
        while ancestor in processes and ancestor != os.getpid():
            ancestor = processes[ancestor][0]
        if ancestor == os.getpid():
            spent["PostgreSQL" if name.startswith("postgres") else "our processes"] += seconds
    return spent
