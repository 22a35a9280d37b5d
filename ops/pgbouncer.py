"""Debian's PgBouncer in transaction mode before a PostgreSQL, set as ``docs/scaling.md`` says."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from ops import accounts, ports
from ops.install import program
from ops.processes import Service

# The evidence has a pool of its own: a refused attempt is written down while its transaction still holds a
# connection, and must never wait for one that another such transaction holds.
CONFIGURATION = Template("""\
[databases]
* = host=$host port=$server_port
${database}_evidence = host=$host port=$server_port dbname=$database

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users.txt
pool_mode = transaction
default_pool_size = $pool_size
max_client_conn = 500
query_wait_timeout = 60
ignore_startup_parameters = extra_float_digits
""")


@dataclass(frozen=True, kw_only=True)
class PgBouncer:
    """One pooler: where its files are, on which port it listens, the server it stands before."""

    state: Path
    port: int
    server: str  # the DATABASE_URL without the pooler
    log: Path
    pool_size: int = 10

    @property
    def url(self) -> str:
        """What the portal's DATABASE_URL is, with DATABASE_POOLED=1."""
        there = urlsplit(self.server)
        return f"postgres://{there.username}:{there.password}@127.0.0.1:{self.port}{there.path}"

    @property
    def evidence_url(self) -> str:
        """What the portal's EVIDENCE_DATABASE_URL is."""
        return f"{self.url}_evidence"

    def service(self) -> Service:
        """The pooler as a process. It refuses to run as root, as PostgreSQL does."""
        account = accounts.unprivileged()
        folder = accounts.owned_folder(accounts.server_home(self.state, account=account) / "pgbouncer", account=account)
        there = urlsplit(self.server)
        configuration = CONFIGURATION.substitute(
            database=there.path.strip("/"),
            host=there.hostname,
            server_port=there.port,
            port=self.port,
            folder=folder,
            pool_size=self.pool_size,
        )
        users = f'"{there.username}" "{there.password}"\n'
        for name, text in (("pgbouncer.ini", configuration), ("users.txt", users)):
            (folder / name).unlink(missing_ok=True)
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as output:
                output.write(text)
            if account is not None:
                os.chown(folder / name, account, account)
        return Service(
            name="pgbouncer",
            command=[program("pgbouncer"), folder / "pgbouncer.ini"],
            cwd=folder,
            log=self.log,
            account=account,
            stop_signal=signal.SIGINT,  # "safe": ends when the transactions under way are done
            ready=lambda: ports.answers(self.port),
        )
