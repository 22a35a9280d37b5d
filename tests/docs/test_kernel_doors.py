"""docs/kernel.md keeps its word: every door it names is there, and nobody goes in by another."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from ops.environment import HOME

APPS = HOME / "apps"
PAGE = HOME / "docs" / "kernel.md"
NAMED = re.compile(r"`(?P<module>(?:kernel\.)?[a-z_]+(?:\.[a-z_]+)*)`")
DOOR = re.compile(r"`(?P<name>[A-Za-z_]\w*)")
# Models are read by everyone; Django and the portal hang the others in.
OPEN = {"models", "thread_models", "urls", "api_urls", "demo", "admin"}


def rows() -> Iterator[list[str]]:
    """The cells of every row of the page's tables."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| room "):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


def module(named: str) -> str:
    return f"apps.{named}" if named.startswith("kernel.") else f"apps.kernel.{named}"


def kernel_imports(source: Path) -> Iterator[str]:
    """The modules of the kernel a file imports."""
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("apps.kernel"):
            for alias in node.names:
                inner = HOME / f"{node.module}.{alias.name}".replace(".", "/")
                is_module = inner.is_dir() or inner.with_suffix(".py").exists()
                yield f"{node.module}.{alias.name}" if is_module else str(node.module)


def test_every_door_named_is_there():
    doors = [row for row in rows() if len(row) == 3]
    lost = [
        f"{room}: {door['name']}"
        for room, named, _what in doors
        for door in DOOR.finditer(named)
        if not hasattr(importlib.import_module(module(room.strip("`"))), door["name"])
    ]
    assert doors
    assert lost == []


def test_chapters_and_portal_use_nothing_of_the_kernel_that_is_not_named():
    named = {module(found["module"]) for row in rows() for found in NAMED.finditer(" ".join(row))}
    used = {
        f"{name}, by {source.relative_to(HOME)}"
        for source in APPS.rglob("*.py")
        if "kernel" not in source.relative_to(APPS).parts
        for name in kernel_imports(source)
        if name not in named and name.rpartition(".")[2] not in OPEN and "models" not in name.split(".")
    }
    assert sorted(used) == []
