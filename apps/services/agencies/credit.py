"""From conduct to grade: points and thresholds are dated rules (Art 7, with 涉税专业服务信用评价管理办法)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock

GRADES = ("TSC5", "TSC4", "TSC3", "TSC2")
LOWEST = "TSC1"


@dataclass(frozen=True)
class Scale:
    """The rules in force on a day, read once for a whole list."""

    start: Decimal
    full: Decimal
    limits: tuple

    @classmethod
    def on(cls, day: dt.date | None = None) -> "Scale":
        """The scale of a day, by default today."""
        day = day or clock.today()
        rows = {row.code: row for row in parameters.rows(day).filter(code__startswith="agency.credit.")}
        return cls(
            start=rows["agency.credit.start"].number,
            full=rows["agency.credit.full"].number,
            limits=tuple((grade, rows[f"agency.credit.{grade.lower()}"]) for grade in GRADES),
        )

    def score(self, conduct_points: int) -> Decimal:
        """The starting points with what conduct added and took, within the scale."""
        return max(Decimal(0), min(self.full, self.start + conduct_points))

    def grade(self, conduct_points: int) -> str:
        """The grade of the score, TSC5 the best."""
        score = self.score(conduct_points)
        return next((grade for grade, limit in self.limits if parameters.within(score, limit)), LOWEST)


def points_of(kind: str, on: dt.date) -> int:
    """What a kind of conduct counted on the day it happened."""
    return int(parameters.row(f"agency.conduct.{kind}", on).number)
