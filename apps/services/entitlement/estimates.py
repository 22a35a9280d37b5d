"""What a policy is worth to a payer: one formula as data, for a person and for the whole city (Article 13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from apps.kernel.rules.money import fen


@dataclass(frozen=True)
class Estimate:
    """A fact in fen times so many ten-thousandths, and why."""

    policy: str
    field: str
    per_10000: int
    words: str
    source: str

    def worth(self, profile: Mapping[str, Any]) -> Decimal | None:
        """The benefit in yuan; None where the fact is not known."""
        amount = profile.get(self.field)
        return None if amount is None else fen(max(Decimal(amount), Decimal(0)) * self.per_10000 / 1_000_000)

    @property
    def column(self) -> str:
        """The fact's column of a profile, quoted."""
        return connection.ops.quote_name(self.field)

    @property
    def sql(self) -> str:
        """The same in SQL, in whole fen over a profile ``p``: half a fen is rounded up, as ``fen`` does."""
        return f"(greatest(p.{self.column}, 0)::bigint * {self.per_10000:d} + 5000) / 10000"


@cache
def estimates() -> dict[str, Estimate]:
    """Every estimate by the policy's code. The file belongs to the code."""
    rows = yaml.safe_load((Path(__file__).parent / "estimates.yaml").read_text(encoding="utf-8"))
    return {row["policy"]: Estimate(**row) for row in rows}


def worth(code: str, profile: Mapping[str, Any]) -> Decimal | None:
    """What a policy is worth to a payer in yuan; None when it is not estimated or not known."""
    estimate = estimates().get(code)
    return estimate.worth(profile) if estimate else None
