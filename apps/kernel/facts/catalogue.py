"""The catalogue of facts, derived from the profile's columns: the one list every reader shares."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from apps.kernel.facts.columns import Amount, Column, Count, Days, Flag, Months, Number, Ratio
from apps.kernel.facts.models import SUBJECTS

_KINDS = {Amount: "integer", Count: "integer", Months: "integer", Days: "integer", Ratio: "integer", Number: "number"}


@dataclass(frozen=True)
class Entry:
    """One fact: its column and what people need to know of it."""

    code: str
    column: Column
    subject: Any
    source: str

    @property
    def label(self) -> Any:
        return self.column.verbose_name

    @property
    def meaning(self) -> Any:
        return self.column.help_text

    @property
    def unit(self) -> Any:
        return self.column.unit

    @property
    def kind(self) -> str:
        """How the text of a value is brought to one spelling: integer, number or text."""
        return _KINDS.get(type(self.column), "text")

    @property
    def choices(self) -> list[str] | None:
        return [value for value, _label in self.column.choices] if self.column.choices else None

    @property
    def is_amount(self) -> bool:
        return isinstance(self.column, Amount)

    @property
    def is_flag(self) -> bool:
        return isinstance(self.column, Flag)


@cache
def entries() -> dict[str, Entry]:
    """Every fact by code, in the order of the subjects."""
    found = {}
    for subject in SUBJECTS:
        options = subject._meta  # noqa: SLF001 - Django's public _meta
        for field in options.local_fields:
            found[field.name] = Entry(field.name, field, options.verbose_name, field.source or subject.usual_source)
    return found


def names() -> list[str]:
    """The codes of all facts."""
    return list(entries())
