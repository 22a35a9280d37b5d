"""Gates that run our own tests: the corpus of harmful files, and every role on every route."""

import re
import sys

from ops.security.scanners import said
from ops.security.target import Target

UPLOADS = ("tests/kernel/documents/test_uploads.py",)
ROLES = ("tests/access",)
# Of the files that must stay out, those the gate must miss once everything comes in.
HARMFUL = (
    "infected",
    "flood.png",
    "ratio.zip",
    "many.zip",
    "deep.zip",
    "photo.png",
    "logo.svg",
    "script.pdf",
    "liar.zip",
)
FAILED = re.compile(r"^(?:FAILED|ERROR) (?P<test>\S.*)$", re.MULTILINE)
LEAK = re.compile(r"^E\s+(?:AssertionError: )?(?P<leak>.+: [A-Z_]+ was let in)$", re.MULTILINE)
DONE = re.compile(r"\d+ passed")


def uploads(target: Target) -> list[str]:
    """EICAR, archive bombs, pixel floods, wrong extensions, script in SVG and PDF: what could harm stays out."""
    return _tested(target, UPLOADS)


def roles(target: Target) -> list[str]:
    """Every role on every route: nobody gets in where no policy lets them."""
    return _tested(target, ROLES)


def _tested(target: Target, tests: tuple[str, ...]) -> list[str]:
    options = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--reuse-db", "--tb", "short")
    doors = ("-p", "ops.security.open_doors") if target.planted else ()
    words = said(*(sys.executable, "-m", "pytest", *options, *doors, *tests), env={**target.settings}, minutes=12)
    found = [f"let in: {leak['leak']}" for leak in LEAK.finditer(words)]
    found += [failed["test"] for failed in FAILED.finditer(words)]
    return found or ([] if DONE.search(words) else [f"no verdict: {words[-500:]}"])
