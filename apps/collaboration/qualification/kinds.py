"""The kinds of qualification and opinion, as the law's dated file writes them (Art 26)."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

import yaml
from django.utils.translation import gettext

from apps.kernel.rules import predicates
from apps.kernel.rules.loading import LAW


@dataclass(frozen=True)
class Kind:
    """One kind: which fact it feeds, who can hold it, how long at most, and what contradicts it.

    ``fact`` is empty for an expert opinion, which is evidence for a decision and decides nothing by itself.
    ``amount_fact`` is the amount it attests, if any; ``months`` the longest validity, or None.
    """

    code: str
    title: str
    fact: str
    amount_fact: str
    holder: str
    months: int | None
    contradicts: predicates.Node | None
    opinion: bool
    source: str
    since: dt.date
    until: dt.date | None
    confidence: str

    def __str__(self) -> str:
        """In the reader's language; ``title`` is what goes on record."""
        return gettext(self.title)


@cache
def every() -> dict[str, Kind]:
    """Every kind that ever was, by code. The file belongs to the code, so it is read once a process."""
    rows = yaml.safe_load((LAW / "qualifications.yaml").read_text(encoding="utf-8"))
    return {
        row["code"]: Kind(
            code=row["code"],
            title=row["title"],
            fact=row["fact"],
            amount_fact=row.get("amount_fact", ""),
            holder=row["holder"],
            months=row["months"],
            contradicts=predicates.parse(row["contradicts"]) if "contradicts" in row else None,
            opinion=row.get("opinion", False),
            source=row["source"],
            since=row["from"],
            until=row["to"],
            confidence=row["confidence"],
        )
        for row in rows
    }


def get(code: str) -> Kind:
    """The kind with a code; ``KeyError`` when there is none."""
    return every()[code]


def title(code: str) -> str:
    """What a kind is called; the code itself for one that has left the file."""
    return every()[code].title if code in every() else code


def in_force(on: dt.date) -> dict[str, Kind]:
    """The kinds that can be determined on a day."""
    return {code: row for code, row in every().items() if row.since <= on and (row.until is None or on <= row.until)}


def choices() -> list[tuple[str, str]]:
    """Every kind as a choice, for forms and admin."""
    return [(row.code, str(row)) for row in every().values()]
