"""The score month by month as a line drawn by the server; a page shows it beside its table."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 480, 220
LEFT, TOP, RIGHT, BOTTOM = 44, 24, 24, 32
FULL = 100


@dataclass(frozen=True)
class Dot:
    """One month's end."""

    day: dt.date
    score: Decimal
    x: int
    y: int

    @property
    def above(self) -> int:
        """Where its number stands."""
        return self.y - 10


@dataclass(frozen=True)
class LineChart:
    """Dots, the line through them, and the limits of the levels."""

    dots: tuple[Dot, ...]
    limits: tuple[tuple[str, int], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM
    under: int = HEIGHT - 8

    @property
    def path(self) -> str:
        """The points of the line."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


def score_line(months: list[tuple[dt.date, Decimal]], floors: dict[str, Decimal]) -> LineChart:
    """Place the scores of a year; January stands left and December right."""
    return LineChart(
        tuple(Dot(day, score, _x(day.month), _y(score)) for day, score in months),
        tuple((level, _y(floor)) for level, floor in floors.items() if level in "ABC"),
    )


def _x(month: int) -> int:
    return LEFT + 16 + (month - 1) * (WIDTH - LEFT - RIGHT - 32) // 11


def _y(score: Decimal) -> int:
    return HEIGHT - BOTTOM - int(score * (HEIGHT - TOP - BOTTOM) / FULL)
