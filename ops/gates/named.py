"""Gate: every path a document names is there. What it proves by a module or a test must not point nowhere."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ops.environment import HOME

DOCUMENTS = ("docs/security.md", "docs/operations.md")
PATH = re.compile(r"`((?:apps|bench|deploy|docs|ops|sandbox|static|taxportal|templates|tests)/[\w./-]+)`")


def missing(home: Path, document: str) -> Iterator[str]:
    """One line for each path the document names that does not exist."""
    lines = (home / document).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        yield from (f"{document}:{number}: {path}" for path in PATH.findall(line) if not (home / path).exists())


def main() -> int:
    lines = [line for document in DOCUMENTS for line in missing(HOME, document)]
    if lines:
        print("Documents name what is not there:", *lines, sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
