"""`make drill`: rehearses the worst day: back up, destroy the database and the files, restore, compare.

On servers of its own with the demonstration data. It ends well only when every table has the rows it
had, every file is there, the books balance and the evidence verifies.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2
from psycopg2 import sql

from ops import backup, environment, ports
from ops.leftovers import Record
from ops.postgres import Postgres
from ops.processes import end_with_parent
from ops.supervisor import Supervisor
from ops.valkey import Valkey

DATABASE = "drill"


class Drill:
    """One rehearsal in a folder that is gone afterwards."""

    def __init__(self, place: Path) -> None:
        self.place, self.state = place, place / "state"
        self.secrets = {name: make() for name, make in environment.SECRETS.items()}
        self.supervisor = Supervisor(Record(place / "processes"))
        self.valkey = Valkey(
            state=place, port=ports.free(), password=self.secrets["REDIS_PASSWORD"], log=place / "valkey.log"
        )

    def run(self) -> bool:
        """Whether everything came back."""
        self.state.mkdir()
        self.supervisor.start(self.valkey.service())
        before = self._server("first")
        self._step("demonstration data", lambda: self._manage("-m", "ops.fill"))
        self._step("evidence signed", lambda: self._manage("-c", CHECKPOINT))
        kept = counts(self.url), files(self.state)
        self._step("backup", lambda: backup.take(self.url, self.state, self.place / "backup"))
        self._step("destroyed", lambda: self._destroy(before))
        self._server("second")
        self._step("restore", lambda: backup.put_back(self.place / "backup", self.url, self.state))
        found = counts(self.url), files(self.state)
        verified = self._step("evidence verified", lambda: self._manage("manage.py", "verify_audit"))
        balanced = not unbalanced(self.url)
        print(f"{sum(kept[0].values()):,} rows in {len(kept[0])} tables, {len(kept[1])} files before")
        print(f"{sum(found[0].values()):,} rows in {len(found[0])} tables, {len(found[1])} files after")
        for table in sorted(kept[0].keys() | found[0].keys()):
            if kept[0].get(table) != found[0].get(table):
                print(f"  {table}: {kept[0].get(table)} before, {found[0].get(table)} after")
        print(
            f"evidence {'verifies' if verified else 'IS BROKEN'}, books {'balance' if balanced else 'DO NOT BALANCE'}"
        )
        return kept == found and verified and balanced

    def _server(self, name: str) -> Postgres:
        folder = self.place / name
        folder.mkdir()
        postgres = Postgres(
            state=folder,
            port=ports.free(),
            password=self.secrets["POSTGRES_PASSWORD"],
            log=self.place / f"{name}.log",
            throwaway=True,
        )
        self.supervisor.start(postgres.service())
        postgres.create_database(DATABASE)
        self.url = postgres.url(DATABASE)
        return postgres

    def _destroy(self, postgres: Postgres) -> None:
        """The server and all it knew, and the files."""
        self.supervisor.services.pop().stop()
        shutil.rmtree(postgres.state)
        for folder in backup.FOLDERS:
            shutil.rmtree(self.state / folder, ignore_errors=True)

    def _manage(self, *command: str) -> bool:
        settings = {
            **self.secrets,
            "DATABASE_URL": self.url,
            "REDIS_URL": self.valkey.url,
            "STATE_DIR": str(self.state),
            "PORTAL_DEMO": "1",
            "PATH": "/usr/bin:/bin",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "taxportal.settings",
        }
        run = subprocess.run([sys.executable, *command], cwd=environment.HOME, env=settings, check=False)
        return run.returncode == 0

    @staticmethod
    def _step(what: str, do):
        started = time.monotonic()
        done = do()
        print(f"  {what:<24}{time.monotonic() - started:6.1f} s", flush=True)
        return done


CHECKPOINT = "import django; django.setup(); from apps.kernel.audit import checkpoints; checkpoints.write()"


def counts(url: str) -> dict[str, int]:
    """Rows of every table."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            found[table] = cursor.fetchone()[0]
    return found


def files(state: Path) -> dict[str, int]:
    """Every kept file and its size."""
    paths = (path for folder in backup.FOLDERS for path in (state / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(state)): path.stat().st_size for path in paths}


def unbalanced(url: str) -> int:
    """Entries of the journal whose postings do not add up to nothing."""
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT entry_id FROM ledger_posting GROUP BY entry_id HAVING sum(amount) <> 0) odd"
        )
        return cursor.fetchone()[0]


def main() -> int:
    end_with_parent()
    with tempfile.TemporaryDirectory(prefix="taxportal-drill-") as folder:
        drill = Drill(Path(folder))
        try:
            well = drill.run()
        finally:
            drill.supervisor.stop()
    print("Everything came back." if well else "NOT everything came back.")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
