"""Where the shared rows of an entry are read from: rooms register a reader for each (Art 21)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

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
    """Read the rows of an entry through ``reader``; the last one registered counts. Called at start-up."""
    _readers[dataset_code] = reader


def of(dataset_code: str) -> Reader | None:
    """The reader of an entry, or None when its rows are not here yet."""
    return _readers.get(dataset_code)


def codes() -> list[str]:
    """The entries that can be read."""
    return sorted(_readers)
