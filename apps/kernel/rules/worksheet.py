"""What a calculation works with: the law in force on its day, and a sheet that keeps every line explained."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.kernel.lists import joined
from apps.kernel.rules import parameters
from apps.kernel.rules.inputs import InvalidInputs
from apps.kernel.rules.models import Parameter, Provision
from apps.kernel.rules.money import fen
from apps.kernel.rules.values import Bracket, Brackets

_FROM_THE_LOWEST = list(reversed(Provision.Confidence.values))  # P is no exception: not reviewed is not law yet


@dataclass
class Law:
    """The parameters in force on a day. A rule that is not known for that day is the caller's ``blame``d input.

    Rows that were used and still wait for review are kept in ``pending``.
    """

    rows: Mapping[str, Parameter]
    on: dt.date
    blame: str
    pending: dict[str, Parameter] = field(default_factory=dict)

    @classmethod
    def on_day(cls, on: dt.date, blame: str, pending: dict[str, Parameter] | None = None) -> "Law":
        """Everything in force on a day; ``pending`` gathers with another day's."""
        return cls(parameters.in_force(on), on, blame, {} if pending is None else pending)

    def row(self, code: str, *, blame: str = "") -> Parameter:
        """A row with its source.

        :raises InvalidInputs: when no rule is known for the day, naming the input that chose the day.
        """
        row = self.rows.get(code)
        if row is None:
            raise InvalidInputs({blame or self.blame: _unknown(code, self.on)})
        if row.pending:
            self.pending[code] = row
        return row

    def known(self, codes: Iterable[str]) -> list[Parameter]:
        """Those of several rows that are in force."""
        return [self.rows[code] for code in codes if code in self.rows]

    def latest(self, code: str) -> Parameter:
        """The row in force, or the last one that was known before the day."""
        earlier = () if code in self.rows else parameters.ever([code]).filter(valid_from__lte=self.on)[:1]
        return next(iter(earlier), None) or self.row(code)

    def number(self, code: str, *, blame: str = "") -> Decimal:
        """A number of the law."""
        return self.row(code, blame=blame).number

    def limit(self, code: str) -> Decimal | None:
        """A number of the law, or None where the law sets no limit."""
        return None if self.row(code).value is None else self.number(code)

    def brackets(self, code: str) -> Brackets:
        """A progressive table of the law."""
        found = self.row(code).typed
        if not isinstance(found, tuple):
            raise TypeError(f"{code} is not a table")
        return found

    def within(self, amount: Decimal, code: str) -> bool:
        """Whether an amount keeps within a limit, by the comparator of that time."""
        return parameters.within(amount, self.row(code))


@dataclass(frozen=True)
class Line:
    """One line of a calculation: what it is, how it comes about, how much, and where the law says so.

    ``confidence`` is the lowest of the rules it rests on that nobody has reviewed yet; empty where all were.
    """

    label: str
    formula: str
    amount: Decimal | None
    source: str
    confidence: str = ""


class Worksheet:
    """Collects the lines. Every amount is rounded once, when its line is written, as on the forms."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def line(self, label: str, formula: str, amount: Decimal, *sources: Parameter) -> Decimal:
        """Write a line and return its rounded amount, which all later lines use."""
        rounded = fen(amount)
        source = "；".join(dict.fromkeys(row.source for row in sources))
        self.lines.append(Line(label, formula, rounded, source, in_doubt(sources)))
        return rounded

    def note(self, label: str, text: str, source: str = "") -> None:
        """Write a line that explains something other than an amount."""
        self.lines.append(Line(label, text, None, source))


def in_doubt(rows: Iterable[Parameter]) -> str:
    """The lowest confidence of the rules that still wait for review (可信度); empty where there is none."""
    waiting = [row.confidence for row in rows if row.pending]
    return min(waiting, key=_FROM_THE_LOWEST.index, default="")


def bracket_for(amount: Decimal, table: Brackets) -> Bracket:
    """The step an amount falls into; a step reaches up to and including its limit."""
    return next(step for step in table if step.upto is None or amount <= step.upto)


def percent(rate: Decimal) -> str:
    """A rate as people write it: 7%, 0.05%."""
    return f"{(rate * 100).normalize():f}%"


def yuan(amount: Decimal) -> str:
    """An amount as it stands in a formula."""
    return f"{fen(amount):f}"


def _unknown(code: str, on: dt.date) -> str:
    known = Parameter.objects.filter(code=code).order_by("valid_from")
    periods = joined(
        _("%(first)s 至 %(last)s") % {"first": row.valid_from, "last": row.valid_to or _("今")} for row in known
    )
    title = known[0].title if periods else code
    return _("%(day)s 适用的“%(title)s”没有收录，不能推算。已收录的时间：%(periods)s。") % {
        "day": on,
        "title": title,
        "periods": periods or _("无"),
    }
