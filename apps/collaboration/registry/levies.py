"""Which taxes a registration depends on, as the law's dated file writes it (Art 28)."""

import datetime as dt
from functools import cache
from typing import Any

import yaml

from apps.kernel.ledger.models import Levy
from apps.kernel.rules.loading import LAW


@cache
def _written() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((LAW / "registry_levies.yaml").read_text(encoding="utf-8")))


def _row(matter: str, on: dt.date) -> dict[str, Any] | None:
    return next(
        (
            row
            for row in _written()
            if row["matter"] == matter and row["from"] <= on and (row["to"] is None or on <= row["to"])
        ),
        None,
    )


def names(matter: str, on: dt.date) -> list[str]:
    """The names, as certificates write them, of the taxes a registration depends on; none for an unknown one."""
    row = _row(matter, on)
    codes = row["levies"] if row else []
    return list(Levy.objects.filter(pk__in=codes).values_list("name", flat=True))


def source(matter: str, on: dt.date) -> str:
    """Where the law says so."""
    row = _row(matter, on)
    return row["source"] if row else ""
