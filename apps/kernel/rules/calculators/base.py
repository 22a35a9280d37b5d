"""What a calculator is: a kind, its typed inputs, and a function from inputs and law to explained amounts."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.kernel.rules.inputs import Field, Text
from apps.kernel.rules.worksheet import Law, Worksheet
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period

Given = Mapping[str, Any]
Amounts = dict[str, Any]


@dataclass(frozen=True)
class Calculator:
    """One kind of calculation.

    ``dated_by`` names the input that chooses the law: a date, period, month or year. ``compute`` is pure: what
    it needs of the law is in :class:`Law`. ``outputs`` are the names it always answers with.
    """

    kind: str
    title: Text
    dated_by: str
    fields: tuple[Field, ...]
    compute: Callable[[Given, Law, Worksheet], Amounts]
    outputs: Mapping[str, str]

    def day(self, given: Given) -> dt.date:
        """The day whose law applies: the last of a period or year, so a change during it is seen."""
        chosen = given.get(self.dated_by)
        if isinstance(chosen, Period):
            return chosen.end
        return dt.date(chosen, 12, 31) if isinstance(chosen, int) else chosen or clock.today()
