"""What must hold before a test runs: each gate is one command with a name."""

import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ops.environment import HOME, SECRETS
from ops.gates import containers


@dataclass(frozen=True)
class Gate:
    """A command that ends with status 0 when all is well."""

    name: str
    command: list[str]
    env: Mapping[str, str] = field(default_factory=dict)

    def passes(self, environment: Mapping[str, str]) -> bool:
        """Run it, print one line, and what it said when it fails."""
        started = time.monotonic()
        run = subprocess.run(
            self.command,
            cwd=HOME,
            env={**environment, "PYTHONPATH": str(HOME), **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        verdict = "FAIL" if run.returncode else "ok"
        said = run.stdout.splitlines() if run.returncode else []
        line = f"{verdict:<5}{self.name:<42}{time.monotonic() - started:6.1f} s"
        print("\n     ".join([line, *said]), flush=True)
        return run.returncode == 0


# What a real installation would set; `check --deploy` judges the settings under it.
PRODUCTION = {
    "PUBLIC_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "PORTAL_DEMO": "0",
    "CLAMD_URL": "tcp://clamd.example:3310",
    **{name: make() for name, make in SECRETS.items()},
}
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def gates() -> list[Gate]:
    """All gates, the quick ones first."""
    python = sys.executable
    manage = [python, "manage.py"]
    found = [
        Gate("lint (ruff)", [python, "-m", "ruff", "check", "."]),
        Gate("format (ruff)", [python, "-m", "ruff", "format", "--check", "."]),
        Gate("templates (djlint)", [python, "-m", "djlint", "--lint", "--quiet", "templates", "apps"]),
        Gate("floors and rooms (import-linter)", [python, "-c", LINT_IMPORTS]),
        Gate("types of the kernel (mypy)", [python, "-m", "mypy", "--no-error-summary"]),
        Gate("no missing migration", [*manage, "makemigrations", "--check", "--dry-run", "-v", "0"]),
        Gate("safe to deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        Gate("every text has its English", [python, "-m", "ops.gates.translations"]),
        Gate("docs/articles.md leads to the code", [python, "-m", "ops.gates.articles", "--check"]),
        Gate("documents name what is there", [python, "-m", "ops.gates.named"]),
        Gate("docs/openapi.yaml is the API", [python, "-m", "ops.gates.openapi", "--check"]),
    ]
    if client := containers.client():
        found.append(Gate("docker compose file", [*client, "config", "--quiet"], containers.required()))
    return found


def failing(environment: Mapping[str, str]) -> list[str]:
    """The names of the gates that fail; two are looked at side by side."""
    every = gates()
    with ThreadPoolExecutor(2) as pool:
        passed = pool.map(lambda gate: gate.passes(environment), every)
        return [gate.name for gate, well in zip(every, passed, strict=True) if not well]
