"""Gate: docs/openapi.yaml says what the API does. Without ``--check`` writes the file anew."""

import difflib
import os
import subprocess
import sys
from pathlib import Path

from ops.environment import HOME

COMMITTED = HOME / "docs" / "openapi.yaml"
# Describing the API, or the routes, touches no server.
NOWHERE = {"SECRET_KEY": "describes", "DATABASE_URL": "postgres://nowhere/none", "REDIS_URL": "redis://nowhere"}


def generated() -> str:
    """The description of the API as it is; raises when drf-spectacular has a doubt."""
    command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--lang", "zh-hans"]
    run = subprocess.run(command, cwd=HOME, env={**NOWHERE, **os.environ}, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stdout + run.stderr)
    return run.stdout


def drift(committed: Path, fresh: str) -> list[str]:
    """The lines in which the committed description differs."""
    known = committed.read_text(encoding="utf-8") if committed.exists() else ""
    return list(
        difflib.unified_diff(known.splitlines(), fresh.splitlines(), "committed", "generated", lineterm="", n=1)
    )


def main() -> int:
    fresh = generated()
    if "--check" not in sys.argv:
        COMMITTED.write_text(fresh, encoding="utf-8")
        return 0
    lines = drift(COMMITTED, fresh)
    if lines:
        print("The API changed; `make openapi` writes its description anew.", *lines[:60], sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
