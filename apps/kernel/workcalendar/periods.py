"""Tax periods (税款所属期): 2026-09, 2026Q3, 2026H2, 2026, or the one day a tax arises on, 2026-09-15."""

import calendar as gregorian
import datetime as dt
import re
from dataclasses import dataclass

_WRITTEN = re.compile(
    r"(?P<year>20\d\d|2100)(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>\d\d))?|Q(?P<quarter>[1-4])|H(?P<half>[12]))?",
    re.ASCII,
)
_PARTS = {3: "Q", 6: "H"}


@dataclass(frozen=True)
class Period:
    """A tax period: its first month and how many months it has; none where it is one ``day``, on which a tax arises."""

    year: int
    month: int
    months: int
    day: int = 0

    @classmethod
    def of_day(cls, day: dt.date) -> "Period":
        """The one day a tax arises on."""
        return cls(day.year, day.month, 0, day.day)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read 2026-09, 2026Q3, 2026H2, 2026 or 2026-09-15.

        :raises ValueError: when it is written in any other way.
        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        year = int(match["year"])
        if match["day"]:
            return cls.of_day(dt.date(year, int(match["month"]), int(match["day"])))
        if match["month"]:
            return cls(year, int(match["month"]), 1)
        if match["quarter"]:
            return cls(year, int(match["quarter"]) * 3 - 2, 3)
        if match["half"]:
            return cls(year, int(match["half"]) * 6 - 5, 6)
        return cls(year, 1, 12)

    def __str__(self) -> str:
        if self.day:
            return f"{self.year}-{self.month:02d}-{self.day:02d}"
        if self.months == 1:
            return f"{self.year}-{self.month:02d}"
        part = _PARTS.get(self.months)
        return f"{self.year}{part}{self.month // self.months + 1}" if part else str(self.year)

    @property
    def is_month(self) -> bool:
        return self.months == 1

    @property
    def is_quarter(self) -> bool:
        return self.months == 3

    @property
    def start(self) -> dt.date:
        return dt.date(self.year, self.month, self.day or 1)

    @property
    def end(self) -> dt.date:
        if self.day:
            return self.start
        last = self.month + self.months - 1
        return dt.date(self.year, last, gregorian.monthrange(self.year, last)[1])
