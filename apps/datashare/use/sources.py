"""Where the shared rows of an entry are read from: its pulled table, or what another room knows of it (Art 21)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.datashare.catalogue.models import Dataset
from apps.datashare.pulls import looking
from apps.kernel.parties.models import Party

Row = dict[str, Any]
PER_PAGE = 50


@dataclass(frozen=True)
class Slice:
    """Some rows about one party, and the key to continue after, if there are more."""

    rows: list[Row]
    next: str = ""


# Gives rows about a party: the fields asked for, after a key, at most so many.
Reader = Callable[[Party, list[str], str, int], Slice]
_readers: dict[str, Reader] = {}


def register(dataset_code: str, reader: Reader) -> None:
    """Read the rows of an entry that is not pulled through ``reader``; the last one registered counts."""
    _readers[dataset_code] = reader


def of(dataset_code: str) -> Reader | None:
    """The reader registered for an entry, if any."""
    return _readers.get(dataset_code)


def read(dataset: Dataset, party: Party, fields: list[str], after: str = "") -> Slice | None:
    """Rows about a party, those the provider delivered before what is known otherwise; None when none are here yet.

    Every entry of the catalogue with a pulled table is read in this one way.
    """
    pulled = looking.rows_about(dataset, party, fields, after, PER_PAGE)
    if pulled is not None:
        return Slice(*pulled)
    reader = of(dataset.code)
    return reader(party, fields, after, PER_PAGE) if reader is not None else None
