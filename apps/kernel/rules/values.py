"""The typed values a dated rule can hold, read from JSON without ever passing through a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.workcalendar.deadlines import Unit


class Shape(models.TextChoices):
    """What kind of value a rule holds."""

    DECIMAL = "decimal", gettext_lazy("数值")
    BRACKETS = "brackets", gettext_lazy("级距表")
    TERM = "term", gettext_lazy("期限")


# Terms that no calendar can count: "as agreed", "the date the court sets", "each April".
FIXED = "fixed"


@dataclass(frozen=True)
class Bracket:
    """One step of a progressive table (级距): amounts up to ``upto`` (None: no limit), rate, quick deduction."""

    upto: Decimal | None
    rate: Decimal
    quick: Decimal


@dataclass(frozen=True)
class TermValue:
    """A time limit: how many of which unit, or only words when it cannot be counted."""

    term: int | None
    unit: str
    note: str


Brackets = tuple[Bracket, ...]
Value = Decimal | Brackets | TermValue | None


def read(shape: str, value: Any) -> Value:
    """The typed value behind a row's JSON. An empty decimal means "no limit".

    :raises ValidationError: when the JSON does not have the shape, saying what is expected.
    """
    try:
        match shape:
            case Shape.BRACKETS:
                return _brackets(value)
            case Shape.TERM:
                return _term(value)
            case _:
                return None if value is None else _decimal(value)
    except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise ValidationError({"value": _EXPECTED[Shape(shape)]()}) from error


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str):
        raise TypeError(value)
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    return number


def _brackets(value: Any) -> Brackets:
    table = tuple(
        Bracket(
            upto=None if row["upto"] is None else _decimal(row["upto"]),
            rate=_decimal(row["rate"]),
            quick=_decimal(row["quick"]),
        )
        for row in value
    )
    limits = [row.upto for row in table[:-1]]
    if not table or table[-1].upto is not None or None in limits or limits != sorted(set(limits)):  # type: ignore[type-var]
        raise ValueError(value)
    return table


def _term(value: Any) -> TermValue:
    note = str(value.get("note", ""))
    if value["unit"] == FIXED:
        if not note:
            raise ValueError(value)
        return TermValue(None, FIXED, note)
    if type(value["term"]) is not int or value["term"] < 0:
        raise ValueError(value)
    return TermValue(value["term"], Unit(value["unit"]).value, note)


_EXPECTED = {
    Shape.DECIMAL: lambda: _("请填写数值，例如 0.05。"),
    Shape.BRACKETS: lambda: _(
        '请填写级距表，例如 [{"upto": "36000", "rate": "0.03", "quick": "0"}, …]，最后一级的 upto 为 null。'
    ),
    Shape.TERM: lambda: _(
        '请填写期限，例如 {"term": 5, "unit": "working_day"}；无法计算的期限填写 {"unit": "fixed", "note": "说明"}。'
    ),
}
