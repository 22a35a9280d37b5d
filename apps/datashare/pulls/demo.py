"""The demonstration's sources: one in order, one with bad rows, one blocked, one failing with its breaker open.

Files are dropped and really pulled; the interfaces are those of the sandbox, which beat pulls every few minutes.
"""

import csv
import datetime as dt
import os
from pathlib import Path
from random import Random

from django.conf import settings

from apps.datashare.catalogue.models import Dataset
from apps.datashare.pulls import running, scheduling, working
from apps.datashare.pulls.ending import OPENS_AFTER, SYSTEM
from apps.datashare.pulls.models import FactMapping, Pull, PullSource
from apps.kernel.parties.models import Organisation
from apps.kernel.workcalendar import clock

SANDBOX = "PULLS_SANDBOX_URL"
UNREACHABLE = "http://127.0.0.1:9/registrations"  # the discard port: nothing answers there
OFTEN = {"minute": "*/5", "hour": "*", "day_of_week": "*", "day_of_month": "*", "month_of_year": "*"}
SEED = 16


def seed() -> None:
    """Register the sources and let each run; a second run only renews the sandbox's address."""
    _interfaces()
    _certificates()
    _fees()
    _cancellations()
    _failing()


def _interfaces() -> None:
    """Two interfaces of the sandbox: the register whole, water permits by their changes."""
    address = os.environ.get(SANDBOX, "")
    for code, mode in (("market-enterprise-register", "snapshot"), ("water-abstraction", "changes")):
        dataset = Dataset.objects.filter(code=code).first()
        if dataset is None:
            continue
        source, made = PullSource.objects.update_or_create(
            dataset=dataset,
            defaults={"address": f"{address or 'http://127.0.0.1:9'}/{code}"},
            create_defaults={
                "kind": "http",
                "mode": mode,
                "address": f"{address or 'http://127.0.0.1:9'}/{code}",
                "secret": "PULL_SANDBOX_TOKEN",
                "updated_field": "updated_at",
                "page_rows": 500,
            },
        )
        scheduling.arrange(source, **(OFTEN if made else {}))
        if made and address:
            running.start(source, SYSTEM)


def _certificates() -> None:
    """High-tech enterprises: in order, and a fact of every enterprise in it."""
    source = _dropped("science-high-tech-enterprises")
    if source is None:
        return
    FactMapping.objects.create(
        source=source, party_field="uscc", field="uscc", fact="hnte_valid", form="present", speaker="determinations"
    )
    rng = Random(SEED)  # noqa: S311 - invented data
    codes = Organisation.objects.order_by("party_id").values_list("uscc", flat=True)[:40]
    today = clock.today()
    rows = [
        {
            "uscc": code,
            "certificate": f"GR2026310{number:05}",
            "from": (today - dt.timedelta(days=rng.randrange(30, 700))).isoformat(),
            "until": (today + dt.timedelta(days=rng.randrange(30, 400))).isoformat(),
        }
        for number, code in enumerate(codes, start=1)
    ]
    _drop(source, "high-tech.csv", rows)
    _pull(source)


def _fees() -> None:
    """Real estate and the like come in files with some bad rows: those wait in quarantine."""
    source = _dropped("greening-waste-fee")
    if source is None:
        return
    rows = [
        {
            "source": f"LJ{number:06}",
            "uscc": "" if number % 40 == 0 else f"9131{number:014}",
            "amount": "-120.00" if number % 55 == 0 else f"{number % 90 + 10}00.00",
            "due": "2026-13-01" if number % 70 == 0 else "2026-12-31",
        }
        for number in range(1, 401)
    ]
    _drop(source, "waste-fee.csv", rows)
    _pull(source)


def _cancellations() -> None:
    """A second delivery with a quarter of the rows: blocked, nothing is wiped."""
    source = _dropped("market-cancellations")
    if source is None:
        return
    rows = [{"uscc": f"9131{number:014}", "kind": "1", "on": "2026-09-30"} for number in range(1, 401)]
    _drop(source, "cancelled-1.csv", rows, age=2)
    _pull(source)
    _drop(source, "cancelled-2.csv", rows[:100], age=1)
    _pull(source)


def _failing() -> None:
    """An interface that does not answer: after three failures the breaker is open."""
    dataset = Dataset.objects.filter(code="civilaffairs-marriages", pull_source__isnull=True).first()
    if dataset is None:
        return
    source = PullSource.objects.create(dataset=dataset, kind="http", mode="snapshot", address=UNREACHABLE)
    scheduling.arrange(source)
    for _time in range(OPENS_AFTER):
        _pull(source)


def _dropped(code: str) -> PullSource | None:
    """A new drop folder for a dataset; None when it is there already or not in the catalogue."""
    dataset = Dataset.objects.filter(code=code, pull_source__isnull=True).first()
    if dataset is None:
        return None
    source = PullSource.objects.create(dataset=dataset, kind="drop", mode="snapshot", address=code)
    scheduling.arrange(source)
    return source


def _drop(source: PullSource, name: str, rows: list[dict[str, str]], *, age: int = 1) -> None:
    folder = Path(settings.PULLS_DROP_DIR) / source.address
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    at = (clock.now() - dt.timedelta(hours=age)).timestamp()
    os.utime(file, (at, at))


def _pull(source: PullSource) -> Pull:
    run = running.start(source, SYSTEM, queue=False)
    working.work(run.pk)
    return run
