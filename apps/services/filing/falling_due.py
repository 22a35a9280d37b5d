"""Which tax period of a source falls due with which return, by dated rows of the law (Art 11).

``tax-period.<tax>`` says how many months a tax is declared for, ``tax-period.<tax>.<heading>`` where a heading has its
own; no number (null) means that the tax falls due each time it arises. ``tax-return.…`` says with the return of which
month of the period it is declared, where that is not the last. A source that is taxed only later in the period is
declared with the return of the month it begins in.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from apps.kernel.rules import parameters, terms
from apps.kernel.rules.models import Parameter
from apps.kernel.rules.terms import Term
from apps.kernel.workcalendar.periods import Period


class Source(Protocol):
    """What of a tax source decides when its tax falls due."""

    levy: str
    item: str
    occasional: bool
    since: dt.date

    def months_in(self, period: Period) -> list[int]: ...


@dataclass(frozen=True)
class TaxCalendar:
    """The tax periods in force on a day."""

    rows: Mapping[str, Parameter]

    @classmethod
    def on_day(cls, on: dt.date) -> "TaxCalendar":
        return cls(parameters.in_force(on))

    def months(self, levy: str, item: str) -> int | None:
        """How many months a tax period has; None where the tax falls due each time it arises."""
        return self._number("tax-period", levy, item)

    def period(self, source: Source, month: Period) -> Period | None:
        """The tax period of a source that falls due with the return of a month, if one does."""
        months = self.months(source.levy, source.item)
        if months is None or source.occasional:
            return None
        own = Period(month.year, (month.month - 1) // months * months + 1, months)
        taxed = source.months_in(own)
        declared = own.month - 1 + (self._number("tax-return", source.levy, source.item) or months)
        return own if taxed and max(declared, taxed[0]) == month.month else None

    def _number(self, prefix: str, levy: str, item: str) -> int | None:
        heading = f"{prefix}.{levy}.{item.replace('_', '-')}"
        row = self.rows.get(heading if heading in self.rows else f"{prefix}.{levy}")
        return int(row.number) if row is not None and row.value is not None else None


def own_period(source: Source, declared: Period) -> Period | None:
    """The tax period a source is declared for in the return of a month, or of the day it arises on."""
    return declared if declared.day else TaxCalendar.on_day(declared.end).period(source, declared)


def arises_once(source: Source) -> bool:
    """Whether the tax of a source is declared by itself, when it arises (按次申报)."""
    return source.occasional or TaxCalendar.on_day(source.since).months(source.levy, source.item) is None


def once_term(levy: str, on: dt.date) -> Term | None:
    """How long a tax that arises once may wait for its return; None where the law knows it by periods only."""
    try:
        return terms.term(f"filing-once-{levy}", on)
    except parameters.UnknownLaw:
        return None


def may_be_occasional(levy: str, on: dt.date) -> bool:
    """Whether the law lets a payer choose: by fixed periods, or each time it arises."""
    return once_term(levy, on) is not None and TaxCalendar.on_day(on).months(levy, "") is not None


def needs_event(levy: str, on: dt.date) -> bool:
    """Whether the law ties the return to something the payer is about to do, and not to a number of days."""
    limit = once_term(levy, on)
    return limit is not None and not limit.term
