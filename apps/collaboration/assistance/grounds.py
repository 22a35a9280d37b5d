"""Grounds on which assistance may be refused, as the law's dated file writes them (Art 22)."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

import yaml

from apps.kernel.rules.loading import LAW


@dataclass(frozen=True)
class Ground:
    """One ground: what it says, where the law says so, and when."""

    code: str
    title: str
    source: str
    since: dt.date
    until: dt.date | None
    confidence: str


@cache
def _written() -> tuple[Ground, ...]:
    rows = yaml.safe_load((LAW / "refusal_grounds.yaml").read_text(encoding="utf-8"))
    return tuple(
        Ground(row["code"], row["title"], row["source"], row["from"], row["to"], row["confidence"]) for row in rows
    )


def in_force(on: dt.date) -> dict[str, Ground]:
    """The grounds that count on a day, by code."""
    return {row.code: row for row in _written() if row.since <= on and (row.until is None or on <= row.until)}
