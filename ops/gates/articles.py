"""Gate: docs/articles.md leads from each of the 39 articles to its code, pages, procedures and tests.

Nothing is kept by hand: the first lines of modules, views and tests say which article they serve, the drawn
procedures cite theirs. Without ``--check`` writes the file anew.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

import yaml

from ops.environment import HOME
from ops.gates import pages
from ops.gates.openapi import drift

COMMITTED = HOME / "docs" / "articles.md"
MEASURES = HOME / "apps" / "portal" / "content" / "measures.yaml"
PROCEDURES = HOME / "docs" / "procedures.md"
CITED = re.compile(r"\bArt(?:icle)?s?\.? ((?:\d+(?:-\d+)?(?:, | and |, and )?)+)(?![\d-])(?! of (?!the Measures))")
HEADING = re.compile(r"^## (?P<title>.+) \(`(?P<code>[\w-]+)`, (?P<articles>.+)\)$", re.MULTILINE)
WHOLE_CHAPTER = 5  # a line that cites as many says what a chapter is about, not where an article lives
# Articles with no room of their own: purpose, scope, principles, who leads, other laws first, entry into force.
WORDS_ONLY = {
    1: "purpose: `/measures/`",
    2: "scope: levies in `apps/kernel/ledger/data`",
    3: "principles: the floors of the house",
    4: "districts, streets and their staff: `apps/kernel/parties`; visits and disputes near home: Arts 11, 31",
    5: "each step names the office that may take it: `apps/kernel/casework`; its overdue work: Art 38",
    37: "other laws go first: every rule names its source",
    39: "entry into force: dated rows",
}


def numbers(text: str) -> set[int]:
    """The articles a line cites: "(Arts 10, 12-14)" gives 10, 12, 13, 14. Articles of other laws are left out."""
    found: set[int] = set()
    for group in CITED.findall(text):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", group):
            found.update(range(int(first), int(last or first) + 1))
    return {number for number in found if number <= 39}


def rooms(top: str, depth: int) -> dict[int, set[str]]:
    """The folders whose modules cite an article in their docstring, by article."""
    found: dict[int, set[str]] = defaultdict(set)
    for file in sorted((HOME / top).rglob("*.py")):
        if "migrations" in file.parts:
            continue
        summary = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        parts = file.relative_to(HOME).parts
        room = "/".join(parts[: min(depth, len(parts) - 1)])
        cited = numbers(summary.partition("\n\n")[0])
        if len(cited) < WHOLE_CHAPTER:
            for number in cited:
                found[number].add(room)
    return found


def procedures(articles: dict[str, int]) -> dict[int, list[str]]:
    """The procedures that cite an article, by article."""
    found: dict[int, list[str]] = defaultdict(list)
    for heading in HEADING.finditer(PROCEDURES.read_text(encoding="utf-8")):
        for label in heading["articles"].split("、"):
            if label in articles:
                found[articles[label]].append(heading["code"])
    return found


def tested(code: dict[int, set[str]], cited: dict[int, set[str]]) -> dict[int, set[str]]:
    """The tests of an article: those that cite it, and those of the rooms that carry it out."""
    found = {number: set(places) for number, places in cited.items()}
    for number, places in code.items():
        for place in places:
            room = HOME / place.replace("apps/", "tests/", 1)
            if (room.is_dir() and place.count("/") > 1) or (room := room.with_name(f"test_{room.name}.py")).is_file():
                found.setdefault(number, set()).add(str(room.relative_to(HOME)))
    return found


def _cell(places: Iterable[str]) -> str:
    return "<br>".join(f"`{place}`" for place in places)


def table() -> Iterator[str]:
    """The lines of the document."""
    yield "# The 39 articles and where they live"
    yield ""
    yield "Written by `python -m ops.gates.articles` from the first lines of modules, views and tests; do not edit."
    yield "`…` in an address stands for a number, a code or a taxpayer. `/api/v1/…` is described in"
    yield "[openapi.yaml](openapi.yaml), every procedure is drawn in [procedures.md](procedures.md)."
    chapters = yaml.safe_load(MEASURES.read_text(encoding="utf-8"))["chapters"]
    labels = {article["label"]: article["number"] for chapter in chapters for article in chapter["articles"]}
    code, cited, cases = rooms("apps", 3), rooms("tests", 3), procedures(labels)
    addresses, tests = pages.by_article(numbers, most=WHOLE_CHAPTER), tested(code, cited)
    for chapter in chapters:
        yield from ("", f"## {chapter['title']['zh']} · {chapter['title']['en']}", "")
        yield from ("| article | code | pages | procedures | tests |", "|---|---|---|---|---|")
        for article in chapter["articles"]:
            number = article["number"]
            yield (
                f"| {number} {article['title']['zh']} · {article['title']['en']} "
                f"| {_cell(sorted(code[number])) or WORDS_ONLY.get(number, '')} "
                f"| {_cell(addresses.get(number, ()))} "
                f"| {', '.join(f'`{each}`' for each in cases[number])} "
                f"| {_cell(sorted(tests.get(number, ())))} |"
            )


def main() -> int:
    fresh = "\n".join(table()) + "\n"
    if "--check" not in sys.argv:
        COMMITTED.write_text(fresh, encoding="utf-8")
        return 0
    lines = drift(COMMITTED, fresh)
    if lines:
        print("Code and articles moved; `python -m ops.gates.articles` writes the table anew.", *lines[:40], sep="\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
