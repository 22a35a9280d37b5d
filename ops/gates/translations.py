"""Gate: every Chinese text of code and templates has an English one, with the same placeholders.

Extracts the texts afresh in a copy of the tree, so that the catalogue in the repository is only
read, and names what it lacks.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages import pofile

from ops.environment import HOME

SOURCES = ["apps", "templates", "taxportal", "locale"]
CATALOGUE = Path("locale") / "en" / "LC_MESSAGES" / "django.po"


def extracted(tree: Path) -> Path:
    """The English catalogue brought up to date with the texts in a tree."""
    (tree / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "en", "--no-obsolete", "--no-wrap"]
    without_settings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run(command, cwd=tree, env=without_settings, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(run.stdout + run.stderr)
    return tree / CATALOGUE


def faults(catalogue: Path) -> list[str]:
    """One line for each text without a sound English translation."""
    with catalogue.open("rb") as text:
        messages = pofile.read_po(text, locale="en")
    found = []
    for message in messages:
        if not message.id:
            continue
        where = " ".join(f"{file}:{line}" for file, line in message.locations[:2])
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(texts):
            found.append(f"not translated: {message.id!r} ({where})")
        elif message.fuzzy:
            found.append(f"only guessed (fuzzy): {message.id!r} ({where})")
        found += [f"{problem}: {message.id!r} ({where})" for problem in message.check(messages)]
    return found


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in SOURCES:
            if (HOME / name).is_dir():
                shutil.copytree(HOME / name, tree / name, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
        found = faults(extracted(tree))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
