"""The arithmetic of credit (Art 34): what mending restores by the days it took, clean months, score, level.

Pure functions over ``Decimal``; the law in force comes in as :class:`Rules`. ``evaluation`` does the same for
everyone in one statement, and a test holds the two to the same answers.
"""

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from apps.kernel.rules import parameters
from apps.kernel.rules.models import Parameter

ZERO = Decimal(0)
MONTHS = 12


@dataclass(frozen=True)
class Rung:
    """Mended within so many days (None: later than every term), so large a share is restored."""

    days: int | None
    share: Decimal


@dataclass(frozen=True)
class Rules:
    """The law of credit in force on a day."""

    on: dt.date
    full: Decimal
    full_months: int
    part: Decimal
    part_months: int
    new: Decimal
    floors: dict[str, Decimal]  # by level: A, B, M, C
    ladder: tuple[Rung, ...]
    small_tax: Decimal
    small_days: int
    clean_points: Decimal
    clean_most: Decimal
    source: str

    @classmethod
    def on_day(cls, on: dt.date) -> "Rules":
        """Read them in one query.

        :raises parameters.UnknownLaw: when a rule has no row in force.
        """
        found: dict[str, Parameter] = {row.code: row for row in parameters.rows(on).filter(code__startswith="credit.")}

        def number(code: str) -> Decimal:
            if f"credit.{code}" not in found:
                raise parameters.UnknownLaw(f"credit.{code}", on)
            return found[f"credit.{code}"].number

        rungs = [Rung(int(number(f"repair.{place}.days")), number(f"repair.{place}.share")) for place in (1, 2, 3)]
        return cls(
            on=on,
            full=number("start.full"),
            full_months=int(number("start.full-months")),
            part=number("start.part"),
            part_months=int(number("start.part-months")),
            new=number("start.new"),
            floors={level: number(f"level.{level.lower()}") for level in "ABMC"},
            ladder=(*rungs, Rung(None, number("repair.4.share"))),
            small_tax=number("repair.small-tax"),
            small_days=int(number("repair.small-days")),
            clean_points=number("clean-month.points"),
            clean_most=number("clean-month.most"),
            source=found["credit.start.full"].source,
        )


def share(days: int, rules: Rules, *, tax: Decimal | None = None) -> Decimal:
    """The share restored when mended ``days`` after the day counted from; ``tax`` is the amount involved, if any.

    On the last day of a term the term is kept.
    """
    if tax is not None and tax <= rules.small_tax and days <= rules.small_days:
        return Decimal(1)
    return next(rung.share for rung in rules.ladder if rung.days is None or days <= rung.days)


def restored(points: Decimal, days: int, rules: Rules, *, tax: Decimal | None = None) -> Decimal:
    """The points restored; never more than were deducted."""
    return points * share(days, rules, tax=tax)


@dataclass(frozen=True)
class Step:
    """One line of "how and by when": mended up to ``until`` (None: later), so many points come back."""

    until: dt.date | None
    share: Decimal
    points: Decimal


def ladder(points: Decimal, since: dt.date, rules: Rules, *, tax: Decimal | None = None) -> list[Step]:
    """By which day how much can still be restored, counted from ``since``."""
    ends = {rung.days for rung in rules.ladder if rung.days is not None}
    if tax is not None and tax <= rules.small_tax:
        ends.add(rules.small_days)
    steps = [(days, share(days, rules, tax=tax)) for days in sorted(ends)]
    last = rules.ladder[-1].share
    # Terms with the same share are one: what counts is the last day of it.
    kept = [now for now, following in pairwise([*steps, (None, last)]) if now[1] != following[1]]
    return [
        *(Step(since + dt.timedelta(days=days), part, points * part) for days, part in kept),
        Step(None, last, points * last),
    ]


def months_between(first: dt.date, second: dt.date) -> int:
    """Whole months from a day to another: 31 January to 28 February is none, to 1 March one."""
    whole = (second.year - first.year) * MONTHS + second.month - first.month
    return max(0, whole - (second.day < first.day))


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it has no such day."""
    place = day.year * MONTHS + day.month - 1 + months
    year, month = divmod(place, MONTHS)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def clean_months(last: dt.date | None, on: dt.date) -> int:
    """Calendar months that lie wholly between the month of the last deduction and the end of ``on``."""
    if last is None:
        return 0
    following = on + dt.timedelta(days=1)
    return max(0, (following.year - last.year) * MONTHS + following.month - last.month - 1)


def start(registered_on: dt.date, on: dt.date, rules: Rules) -> Decimal:
    """The start score by how long there has been a record."""
    months = months_between(registered_on, on)
    if months >= rules.full_months:
        return rules.full
    return rules.part if months >= rules.part_months else rules.new


@dataclass(frozen=True)
class Part:
    """What one deduction does to a score on a day."""

    points: Decimal
    restored: Decimal
    happened_on: dt.date
    direct: bool = False


@dataclass(frozen=True)
class Score:
    """A score with everything it comes from."""

    start: Decimal
    deducted: Decimal
    restored: Decimal
    clean: Decimal
    clean_months: int
    total: Decimal
    direct: bool
    young: bool
    level: str


def score(
    registered_on: dt.date, parts: Iterable[Part], on: dt.date, rules: Rules, *, revenue: bool | None = True
) -> Score:
    """Start, minus deductions, plus what was restored and one point for each clean month; never below zero.

    ``revenue`` is whether there was operating income; ``False`` makes it M instead of A or B.
    """
    some = list(parts)
    begun = start(registered_on, on, rules)
    deducted = sum((part.points for part in some), ZERO)
    back = sum((part.restored for part in some), ZERO)
    months = clean_months(max((part.happened_on for part in some if part.points), default=None), on)
    clean = min(months * rules.clean_points, rules.clean_most, deducted - back)
    total = max(ZERO, begun - deducted + back + clean)
    direct = any(part.direct for part in some)
    young = months_between(registered_on, on) < rules.part_months or revenue is False
    return Score(begun, deducted, back, clean, months, total, direct, young, level(total, rules, direct, young))


def level(total: Decimal, rules: Rules, direct: bool, young: bool) -> str:  # noqa: FBT001 - two plain facts
    """A, B, M, C or D."""
    if direct or total < rules.floors["C"]:
        return "D"
    if young and total >= rules.floors["M"]:
        return "M"
    return next(letter for letter in "ABC" if total >= rules.floors[letter])
