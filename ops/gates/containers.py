"""Gate: the compose file is one a compose client understands; with whichever client is installed."""

import re
import subprocess

from ops.environment import HOME

FILE = HOME / "docker-compose.yml"
REQUIRED = re.compile(r"\$\{(\w+):\?")
CLIENTS = (["docker", "compose"], ["docker-compose"])


def client() -> list[str] | None:
    """The command of the compose client of this machine, if there is one."""
    return next((command for command in CLIENTS if _answers(command)), None)


def required() -> dict[str, str]:
    """A value for each variable the file insists on, so that it can be read without secrets."""
    return dict.fromkeys(REQUIRED.findall(FILE.read_text(encoding="utf-8")), "checked")


def _answers(command: list[str]) -> bool:
    try:
        return subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
