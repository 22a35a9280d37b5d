"""Gates that read the code: bandit, and the rules of this house by semgrep."""

import json
import sys
from pathlib import Path

import yaml

from ops.security.scanners import said, tool
from ops.security.target import Target

HERE = Path(__file__).parent
CODE = ("apps", "taxportal", "sandbox", "ops", "templates")
RULES = HERE / "rules.yaml"
RULE_NAMES = tuple(rule["id"] for rule in yaml.safe_load(RULES.read_text(encoding="utf-8"))["rules"])
SILENT = ("--metrics=off", "--disable-version-check", "--quiet", "--no-git-ignore", "--json")


def bandit(target: Target) -> list[str]:
    """Dangerous calls in Python. What is of medium weight is reviewed line by line by ruff's S rules in `make test`."""
    line = "{relpath}:{line}: {test_id} {msg}"
    words = said(
        *(sys.executable, "-m", "bandit", "-q", "-lll", "-f", "custom", "--msg-template", line),
        *("-r", *_places(target)),
    )
    return [found for found in words.splitlines() if ": B" in found]


def own_rules(target: Target) -> list[str]:
    """What no general scanner knows to be wrong here."""
    report = json.loads(
        _json(said(tool("semgrep"), "scan", "--config", RULES, *SILENT, *_places(target), cwd=target.code))
    )
    broken = [f"semgrep: {error['message']}" for error in report["errors"] if error["level"] == "error"]
    return broken + [
        f"{found['path']}:{found['start']['line']}: {found['check_id'].rpartition('.')[2]}: {found['extra']['message']}"
        for found in report["results"]
    ]


def _json(words: str) -> str:
    """The report among what else was said."""
    return words[words.index("{") : words.rindex("}") + 1]


def _places(target: Target) -> list[Path]:
    """Our folders of the house; a planted folder whole. Planted faults are not ours."""
    ours = [target.code / name for name in CODE if (target.code / name).exists()]
    return ours or [target.code]
