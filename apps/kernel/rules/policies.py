"""Preferential policies as their dated file writes them (税费优惠政策, Art 13); ``versions`` tells what is in force."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from apps.kernel.rules import predicates
from apps.kernel.rules.loading import LAW


@dataclass(frozen=True)
class Policy:
    """One policy: who is entitled, from when to when, and where the law says so."""

    code: str
    name: str
    name_en: str
    taxes: tuple[str, ...]
    condition: str
    condition_en: str
    predicate: predicates.Node
    benefit: str
    benefit_en: str
    valid_from: dt.date
    valid_to: dt.date | None
    source: str
    url: str
    confidence: str
    claim_mode: str
    enjoyed_field: str | None
    note: str
    note_en: str
    straight_through: bool = False

    def in_force(self, on: dt.date) -> bool:
        """Whether the policy applies on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@cache
def policies() -> dict[str, Policy]:
    """Every policy of the file by code. The file belongs to the code, so reading it once a process is right."""
    entries: list[dict[str, Any]] = yaml.load(
        (LAW / "policies.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return {entry["code"]: _policy(entry) for entry in entries}


def _policy(entry: dict[str, Any]) -> Policy:
    return Policy(**{**entry, "taxes": tuple(entry["taxes"]), "predicate": predicates.parse(entry["predicate"])})
