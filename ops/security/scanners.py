"""Scanners as commands: installed where they are needed, run within their time, their words kept."""

import subprocess
import sys
from pathlib import Path
from threading import Lock

from ops import environment

TOOLS = environment.STATE / "security"  # environments of scanners whose own requirements disagree with ours
SCANNERS = {"semgrep": "semgrep==1.185.0", "sqlmap": "sqlmap==1.10.10", "wapiti": "wapiti3==3.2.3"}
MINUTES = 5  # for a scanner that would go on for ever
_installing = Lock()  # gates ask for one scanner several times at once


class DidNotEndError(RuntimeError):
    """A scanner was stopped before it had a verdict."""


def tool(name: str) -> str:
    """A scanner in an environment of its own, installed when it is first asked for."""
    folder = TOOLS / name
    program = folder / "bin" / name
    with _installing:
        if not program.exists():
            print(f"Installing {SCANNERS[name]} (once)", flush=True)
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            subprocess.run([folder / "bin" / "pip", "install", "-qq", SCANNERS[name]], check=True)
    return str(program)


def said(*command: object, cwd: Path | None = None, env: dict[str, str] | None = None, minutes: float = MINUTES) -> str:
    """What a command says.

    :raises DidNotEndError: when it needs more time: silence of a scanner that was cut off means nothing.
    """
    try:
        run = subprocess.run(
            [str(part) for part in command],
            cwd=cwd or environment.HOME,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=60 * minutes,
        )
    except subprocess.TimeoutExpired as expired:
        raise DidNotEndError(f"{Path(str(command[0])).name} needed more than {minutes:g} min") from expired
    return run.stdout + run.stderr
