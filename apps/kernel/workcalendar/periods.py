"""Tax periods (税款所属期): a month, a quarter or a year, written 2026-09, 2026Q3 or 2026."""

import calendar as gregorian
import datetime as dt
import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(?P<year>20\d\d|2100)(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A tax period: its first month and how many months it has."""

    year: int
    month: int
    months: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read 2026-09, 2026Q3 or 2026.

        :raises ValueError: when it is written in any other way.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        year = int(match["year"])
        if match["month"]:
            return cls(year, int(match["month"]), 1)
        if match["quarter"]:
            return cls(year, int(match["quarter"]) * 3 - 2, 3)
        return cls(year, 1, 12)

    def __str__(self) -> str:
        if self.months == 1:
            return f"{self.year}-{self.month:02d}"
        return f"{self.year}Q{self.month // 3 + 1}" if self.months == 3 else str(self.year)

    @property
    def is_month(self) -> bool:
        return self.months == 1

    @property
    def is_quarter(self) -> bool:
        return self.months == 3

    @property
    def start(self) -> dt.date:
        return dt.date(self.year, self.month, 1)

    @property
    def end(self) -> dt.date:
        last = self.month + self.months - 1
        return dt.date(self.year, last, gregorian.monthrange(self.year, last)[1])
