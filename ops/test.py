"""`make test`: all gates, then all tests, on servers of its own that are gone afterwards.

With arguments only pytest runs, with these arguments. The last line is always pytest's.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ops import environment, ports
from ops.gates import failing
from ops.leftovers import Record
from ops.postgres import Postgres
from ops.processes import DidNotStartError, end_with_parent
from ops.supervisor import Supervisor
from ops.valkey import Valkey

STATE = environment.STATE / "test"  # keeps collected static files from one run to the next
TABLES = "tables"  # a database that is only copied: made while gates look at the code
OURS = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "EMAIL_URL", "PORTAL_DEMO", "STATE_DIR")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def run(arguments: list[str], place: Path) -> int:
    """Servers up, gates, tests; the exit status."""
    password = secrets.token_urlsafe(16)
    postgres = Postgres(state=place, port=ports.free(), password=password, log=place / "postgres.log", throwaway=True)
    valkey = Valkey(state=place, port=ports.free(), password=password, log=place / "valkey.log", throwaway=True)
    supervisor = Supervisor(Record(place / "processes"))
    try:
        supervisor.start(postgres.service(), valkey.service())
        postgres.create_database("taxportal")
        postgres.create_database(TABLES)
        settings = {
            **{name: value for name, value in os.environ.items() if name not in OURS},
            "SECRET_KEY": secrets.token_urlsafe(64),
            "DATABASE_URL": postgres.url("taxportal"),
            "REDIS_URL": valkey.url,
            "STATE_DIR": str(STATE),
            "PORTAL_DEMO": "1",
        }
        files = [sys.executable, "-m", "ops.fill", "--files"]
        subprocess.run(files, cwd=environment.HOME, env=settings, check=True)
        tables = subprocess.Popen(
            [sys.executable, "-m", "ops.fill", "--tables"],
            cwd=environment.HOME,
            env={**settings, "DATABASE_URL": postgres.url(TABLES)},
        )
        failed = [] if arguments else failing(settings)
        if failed:
            print(f"Gates that failed: {', '.join(failed)}", flush=True)
        if tables.wait():
            return 1
        # Each process of pytest finds its database made; one it would want besides it makes itself.
        for name in ("test_taxportal", "test_taxportal_gw0", "test_taxportal_gw1"):
            postgres.create_database(name, like=TABLES)
        # Two at a time, and who has none left takes over from the other; some tests alone run in one process, where a
        # debugger can follow. What fails beside others is tried once more and named in the summary as RERUN: an
        # unsteady test is a fault to be mended.
        asked = arguments or ["--numprocesses", "2", "--dist", "worksteal", "--reruns", "1"]
        tests = subprocess.run(
            [sys.executable, "-m", "pytest", "--reuse-db", *asked], cwd=environment.HOME, env=settings, check=False
        )
        return tests.returncode or (1 if failed else 0)
    finally:
        supervisor.stop()


def main() -> int:
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, _interrupt)
    end_with_parent()
    STATE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="taxportal-test-") as folder:
        try:
            return run(sys.argv[1:], Path(folder))
        except (DidNotStartError, subprocess.CalledProcessError) as failure:
            print(failure, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
