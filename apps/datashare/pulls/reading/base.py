"""What every kind of source gives: pages of rows as text, where each ends, and what the source says of the whole."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import polars as pl

from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.rules import BROKEN, LINE, UPDATED


class SourceFailed(Exception):
    """The source did not give what it should, and trying again at once would not help."""


class SourceBusy(SourceFailed):
    """The source asks for patience: come back after ``seconds``."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class AnotherFile(Exception):
    """The file a run was reading is no longer the same: the run starts over."""


class ColumnsMissing(SourceFailed):
    """The source no longer gives fields of the contract: schema drift."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__("、".join(missing))
        self.missing = list(missing)


@dataclass
class Batch:
    """One page. ``position`` is where the next begins; units measure progress in whatever the source counts."""

    frame: pl.DataFrame
    position: str
    sha256: str
    last: bool
    done: int = 0
    total: int | None = None
    control_rows: int | None = None
    control_sum: Decimal | None = None
    added: list[str] = field(default_factory=list)


@dataclass
class Tally:
    """Calls of the source: how many, and how many it answered well."""

    tried: int = 0
    succeeded: int = 0
    told: tuple[int, int] = (0, 0)

    def take(self) -> tuple[int, int]:
        """The counts since last asked; another thread may be counting on."""
        now, before = (self.tried, self.succeeded), self.told
        self.told = now
        return now[0] - before[0], now[1] - before[1]


@dataclass
class Delivery:
    """The file a run reads, so that lineage and cursor can name it; empty for sources without files."""

    name: str = ""
    sha256: str = ""
    at: object = None


class Reader(Protocol):
    """An open source."""

    tally: Tally
    delivery: Delivery | None

    def pages(self, position: str) -> Iterator[Batch]:
        """The pages after a position, "" for the first; at least one, which may be empty."""


def text_frame(
    columns: Sequence[str],
    rows: Sequence[Sequence[str | None]],
    contract: Contract,
    updated_field: str,
    first_line: int,
) -> tuple[pl.DataFrame, list[str]]:
    """Rows of text as a page, and the columns the contract does not know.

    :raises ColumnsMissing: a field of the contract is not among the columns.
    """
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    return shaped(frame, contract, updated_field, first_line)


def shaped(
    frame: pl.DataFrame, contract: Contract, updated_field: str, first_line: int
) -> tuple[pl.DataFrame, list[str]]:
    """A page of text columns brought to the contract's names, numbered from ``first_line``."""
    known = contract.by_heading()
    renamed = {name: known[name] for name in frame.columns if name in known}
    missing = [name for name in contract.names if name not in renamed.values()]
    if updated_field and updated_field not in frame.columns and updated_field not in contract.names:
        missing.append(updated_field)
    if missing:
        raise ColumnsMissing(missing)
    added = [name for name in frame.columns if name not in renamed and name not in (updated_field, BROKEN)]
    source = next((name for name, ours in renamed.items() if ours == updated_field), updated_field)
    columns = [
        *(pl.col(name).alias(ours) for name, ours in renamed.items()),
        pl.int_range(first_line, first_line + frame.height, dtype=pl.Int64).alias(LINE),
        pl.col(source).alias(UPDATED) if updated_field else pl.lit(None, pl.String).alias(UPDATED),
        *([pl.col(BROKEN)] if BROKEN in frame.columns else []),
    ]
    return frame.select(columns), added


def digest(content: bytes) -> str:
    """The hash that lineage names a page by."""
    return hashlib.sha256(content).hexdigest()
