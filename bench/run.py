"""`make bench [ONLY="pulls risk"]`: measures on servers of its own, prints a table, writes bench/results.json.

A benchmark is a module ``bench/measure_<name>.py`` with a function ``measure(address)`` that gives
``Figure`` rows. It runs with Django set up under ``bench.settings`` on a database holding the law
and the demonstration data; ``address`` is a portal process on the same database, with the bare
views beside the real ones.
"""

import argparse
import datetime as dt
import importlib
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django

from bench.figures import Figure
from ops import environment, ports
from ops.leftovers import Record
from ops.postgres import Postgres
from ops.processes import Service, end_with_parent
from ops.supervisor import Supervisor
from ops.valkey import Valkey

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PREFIX = "measure_"


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(file.stem.removeprefix(PREFIX) for file in HERE.glob(f"{PREFIX}*.py"))


def portal(place: Path, settings: dict[str, str], port: int) -> Service:
    """The portal as `make run` serves it, with the bare views beside it."""
    return Service(
        name="web",
        command=[
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--no-ws"),
            *("--workers", 2, "--blocking-threads", 8, "taxportal.wsgi:application"),
        ],
        env=settings,
        cwd=environment.HOME,
        log=place / "web.log",
        ready=lambda: ports.serves(f"http://127.0.0.1:{port}/readyz"),
    )


def run(chosen: list[str], place: Path) -> Iterator[tuple[str, list[Figure]]]:
    """The figures of each chosen benchmark as soon as it has run."""
    supervisor = Supervisor(Record(place / "processes"))
    password = secrets.token_urlsafe(16)
    postgres = Postgres(state=place, port=ports.free(), password=password, log=place / "postgres.log")
    valkey = Valkey(state=place, port=ports.free(), password=password, log=place / "valkey.log")
    port = ports.free()
    settings = {
        **os.environ,
        **{name: make() for name, make in environment.SECRETS.items()},
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": postgres.url("bench"),
        "REDIS_URL": valkey.url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "STATE_DIR": str(place / "state"),
        "PORTAL_DEMO": "1",
    }
    try:
        supervisor.start(postgres.service(), valkey.service())
        postgres.create_database("bench")
        (place / "state").mkdir()
        subprocess.run([sys.executable, "-m", "ops.fill"], cwd=environment.HOME, env=settings, check=True)
        supervisor.start(portal(place, settings, port))
        os.environ.update(settings)
        django.setup()
        for name in chosen:
            print(f"Measuring {name}", flush=True)
            yield name, importlib.import_module(f"bench.{PREFIX}{name}").measure(settings["PUBLIC_URL"])
    finally:
        supervisor.stop()


def table(name: str, figures: list[Figure]) -> str:
    """The figures as people read them."""
    verdicts = {True: "met", False: "MISSED", None: ""}
    rows = [
        f"{name:<12} {figure.what:<52} {figure.value:>14,.2f} {figure.unit:<10} {figure.aim:<16} {verdicts[figure.met]}"
        for figure in figures
    ]
    return "\n".join(row.rstrip() for row in rows)


def keep(name: str, figures: list[Figure], file: Path) -> None:
    """Write the figures of a benchmark; those of the others stay as they were."""
    known = json.loads(file.read_text(encoding="utf-8"))["benchmarks"] if file.exists() else {}
    circumstances = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),  # noqa: TID251 - when this was measured
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }
    known[name] = {
        **circumstances,
        "figures": [
            {"what": row.what, "value": round(row.value, 3), "unit": row.unit, "aim": row.aim, "met": row.met}
            for row in figures
        ],
    }
    file.write_text(json.dumps({"benchmarks": known}, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the portal.")
    parser.add_argument("only", nargs="*", help=f"which to run, of {', '.join(names())}; all without")
    chosen = parser.parse_args().only or names()
    unknown = set(chosen) - set(names())
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(names())}")
    end_with_parent()
    with tempfile.TemporaryDirectory(prefix="taxportal-bench-") as folder:
        for name, figures in run(chosen, Path(folder)):
            print(table(name, figures), flush=True)
            keep(name, figures, RESULTS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
