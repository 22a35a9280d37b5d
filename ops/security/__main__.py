"""Runs the gates of `make security`, first on planted faults, then on the portal; prints a table."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.run import portal
from ops import environment, ports
from ops.leftovers import Record
from ops.postgres import Postgres
from ops.processes import Service, end_with_parent
from ops.security import code, doors, headers, live, target
from ops.security.scanners import DidNotEndError
from ops.security.target import Target
from ops.supervisor import Supervisor
from ops.valkey import Valkey

SHOWN = 40  # findings of one gate


@dataclass(frozen=True)
class Gate:
    """What a scanner finds, one line each; ``sees`` is what it must say of the planted faults to be believed."""

    name: str
    finds: Callable[[Target], Iterable[str]]
    sees: tuple[str, ...]


GATES = (
    Gate("bandit: dangerous calls", code.bandit, ("B602", "B501")),
    Gate("semgrep: rules of this house", code.own_rules, code.RULE_NAMES),
    Gate("headers and cookies", headers.faults, headers.SEEN_WHEN_MISSING),
    Gate("uploads: the corpus of harmful files", doors.uploads, doors.HARMFUL),
    Gate("roles: everybody on every route", doors.roles, ("STRANGER was let in", "OTHER_CLERK was let in")),
    Gate("schemathesis: no answer is a 5xx", live.answers, ("/api/broken/ as nobody", "/api/broken/ as demo-registry")),
    Gate("wapiti: injection, reflected script", live.scanned, ("SQL Injection as nobody", "Scripting as accountant")),
    Gate("sqlmap: every parameter", live.injected, ("/search/ as nobody", "/as/planted/search/ as accountant")),
    Gate("broken: what failed under the scanners", live.broken, ("/api/broken/",)),
)


def judge(gate: Gate, planted: Target, real: Target) -> str:
    """``ok``, ``FAULT``, ``BLIND`` when the gate does not see what was planted, ``SLOW`` when it came to no verdict."""
    print(f"{gate.name}", flush=True)
    try:
        seen = "\n".join(gate.finds(planted))
        missed = [what for what in gate.sees if what not in seen]
        if missed:
            return _told("BLIND", [f"not seen on planted faults: {what}" for what in missed])
        found = list(gate.finds(real))
    except DidNotEndError as late:
        return _told("SLOW", [str(late)])
    return _told("FAULT", found) if found else "ok"


def _told(verdict: str, lines: list[str]) -> str:
    print("\n".join(f"     {line}" for line in lines[:SHOWN]), flush=True)
    if len(lines) > SHOWN:
        print(f"     and {len(lines) - SHOWN} more", flush=True)
    return verdict


def run(place: Path, chosen: list[Gate]) -> bool:
    """Whether every gate sees and finds nothing."""
    password = "security"  # noqa: S105 - of a server that lives for some minutes on loopback
    supervisor = Supervisor(Record(place / "processes"))
    postgres = Postgres(state=place, port=ports.free(), password=password, log=place / "postgres.log", throwaway=True)
    valkey = Valkey(state=place, port=ports.free(), password=password, log=place / "valkey.log", throwaway=True)
    address = f"http://127.0.0.1:{ports.free()}"
    settings = {
        **{name: make() for name, make in environment.SECRETS.items()},
        "PATH": "/usr/bin:/bin",
        "DATABASE_URL": postgres.url("security"),
        "REDIS_URL": valkey.url,
        "PUBLIC_URL": address,
        "STATE_DIR": str(place / "state"),
        "PORTAL_DEMO": "1",
        "LOG_LEVEL": "ERROR",
    }
    verdicts = []
    try:
        planted_port = ports.free()
        web = portal(place, settings, int(address.rpartition(":")[2]))
        faults = _planted(place, planted_port)
        supervisor.start(postgres.service(), valkey.service(), faults)
        postgres.create_database("security")
        (place / "state").mkdir()
        fill = [sys.executable, "-m", "ops.fill"]
        subprocess.run(fill, cwd=environment.HOME, env={**settings, "PORTAL_DEMO": "0"}, check=True)
        postgres.create_database("test_security", like="security")  # our tests need not make their tables again
        subprocess.run(fill, cwd=environment.HOME, env=settings, check=True)
        supervisor.start(web)
        real = target.at(address, code=environment.HOME, log=web.log, settings=settings)
        planted = target.at(
            f"http://127.0.0.1:{planted_port}", code=place / "planted", log=faults.log, settings=settings, planted=True
        )
        for gate in chosen:
            started = time.monotonic()
            verdicts.append((gate.name, judge(gate, planted, real), time.monotonic() - started))
    finally:
        supervisor.stop()
        print()
        for name, verdict, seconds in verdicts:
            print(f"{verdict:<7}{name:<42}{seconds:6.1f} s")
    return all(verdict == "ok" for _name, verdict, _seconds in verdicts)


def _planted(place: Path, port: int) -> Service:
    """The server of faults, and beside it the code of faults."""
    (place / "planted").mkdir()
    for file in (code.HERE / "planted_code").glob("*.txt"):
        shutil.copy(file, place / "planted" / file.stem)  # what scanners of the house's own code must not find
    return Service(
        name="planted",
        command=[sys.executable, "-m", "ops.security.planted", "--port", str(port)],
        cwd=environment.HOME,
        log=place / "planted.log",
        ready=lambda: ports.answers(port),
    )


def main() -> int:
    chosen = [gate for gate in GATES if not sys.argv[1:] or any(word in gate.name for word in sys.argv[1:])]
    if not chosen:
        print("There are:", *(gate.name for gate in GATES), sep="\n  ")
        return 2
    end_with_parent()
    with tempfile.TemporaryDirectory(prefix="taxportal-security-") as folder:
        return 0 if run(Path(folder), chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
