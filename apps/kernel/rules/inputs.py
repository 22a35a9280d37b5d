"""Typed inputs of a calculation: one specification serves the API, its documentation and the calculator pages."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.kernel.lists import joined
from apps.kernel.workcalendar.periods import Period

Text = str | Promise
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONGEST = 32  # no number or date is written longer; a longer text is not read at all
_NUMBER = re.compile(r"(?P<minus>-)?(?P<whole>[0-9]+)(?:\.(?P<decimals>[0-9]+))?")


class InvalidInputs(ValidationError):
    """The inputs of a calculation are wrong: messages by field name."""

    def __init__(self, errors: Mapping[str, Any]) -> None:
        super().__init__(dict(errors))


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input: its outside name, label, and whether it may be left out."""

    type: ClassVar[str] = ""

    name: str
    label: Text
    help: Text = ""
    required: bool = True
    default: Any = None

    def clean(self, raw: Any) -> Any:
        """The typed value of what came in.

        :raises ValidationError: saying what is expected.
        """
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A number written without exponent, sign or separators; never rounded on the way in."""

    type = "number"

    decimals: int = 2
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10**9)

    def clean(self, raw: Any) -> Decimal:
        match = _NUMBER.fullmatch(_written(raw))
        if match is None:
            raise ValidationError(self.expected())
        number = Decimal(match[0])
        if match["minus"] and number:
            raise ValidationError(_("不能为负数。"))
        if len((match["decimals"] or "").rstrip("0")) > self.decimals:
            raise ValidationError(_("最多 %(n)s 位小数。") % {"n": self.decimals})
        if number > self.most:
            raise ValidationError(_("不能大于 %(most)s。") % {"most": f"{self.most:f}"})
        if number < self.least:
            raise ValidationError(_("不能小于 %(least)s。") % {"least": f"{self.least:f}"})
        return abs(number)

    def expected(self) -> str:
        return _("请填写数字，例如 300。")


@dataclass(frozen=True, kw_only=True)
class Money(Number):
    """An amount in yuan with at most two decimals."""

    type = "money"

    most: Decimal = Decimal(10**12)

    def expected(self) -> str:
        return _("请填写金额（元），最多两位小数，例如 42300.00。")


@dataclass(frozen=True, kw_only=True)
class Rate(Number):
    """A rate as a fraction of one."""

    type = "rate"

    decimals: int = 6
    most: Decimal = Decimal(1)

    def expected(self) -> str:
        return _("请用小数填写比率，例如 0.13。")


@dataclass(frozen=True, kw_only=True)
class Count(Number):
    """A whole number of persons, months and the like."""

    type = "count"

    decimals: int = 0
    most: Decimal = Decimal(10**7)

    def expected(self) -> str:
        return _("请填写整数，例如 30。")


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few named values."""

    type = "choice"

    choices: tuple[tuple[str, Text], ...]

    def clean(self, raw: Any) -> str:
        for value, _label in self.choices:
            if isinstance(raw, str) and raw == value:
                return value
        allowed = joined(f"{value}（{label}）" for value, label in self.choices)
        raise ValidationError(_("请选择：%(allowed)s。") % {"allowed": allowed})


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """Yes or no."""

    type = "flag"

    required: bool = False
    default: Any = False

    def clean(self, raw: Any) -> bool:
        if not isinstance(raw, bool):
            raise ValidationError(_("请填写 true 或 false。"))
        return raw


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A date."""

    type = "date"

    def clean(self, raw: Any) -> dt.date:
        try:
            if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
                raw = dt.date.fromisoformat(raw)
        except ValueError as error:
            raise ValidationError(_("日历上没有这一天。")) from error
        if not isinstance(raw, dt.date) or isinstance(raw, dt.datetime):
            raise ValidationError(_("请按年-月-日填写日期，例如 2026-09-30。"))
        if not FIRST_YEAR <= raw.year <= LAST_YEAR:
            raise ValidationError(_year_range())
        return raw


@dataclass(frozen=True, kw_only=True)
class Year(Field):
    """A calendar year."""

    type = "year"

    def clean(self, raw: Any) -> int:
        if not re.fullmatch(r"[0-9]{4}", _written(raw)):
            raise ValidationError(_("请填写四位年份，例如 2026。"))
        if not FIRST_YEAR <= int(raw) <= LAST_YEAR:
            raise ValidationError(_year_range())
        return int(raw)


@dataclass(frozen=True, kw_only=True)
class Month(Field):
    """A calendar month, written 2026-09."""

    type = "month"

    def clean(self, raw: Any) -> Period:
        period = _period(raw)
        if period is None or not period.is_month:
            raise ValidationError(_("请按年-月填写月份，例如 2026-09。"))
        return period


@dataclass(frozen=True, kw_only=True)
class MonthOrQuarter(Field):
    """A tax period of a month (2026-09) or a quarter (2026Q3)."""

    type = "period"

    def clean(self, raw: Any) -> Period:
        period = _period(raw)
        if period is None or not (period.is_month or period.is_quarter):
            raise ValidationError(_("请填写所属期：按月如 2026-09，按季如 2026Q3。"))
        return period


@dataclass(frozen=True, kw_only=True)
class MonthlyAmounts(Field):
    """Amounts of consecutive months from January, at most twelve."""

    type = "monthly_amounts"

    amount: Money = field(default_factory=lambda: Money(name="", label=""))

    def clean(self, raw: Any) -> list[Decimal]:
        if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= 12:
            raise ValidationError(_("请按月份依次填写 1 至 12 个月的金额列表。"))
        amounts, wrong = [], []
        for number, item in enumerate(raw, start=1):
            try:
                amounts.append(self.amount.clean(item))
            except ValidationError as error:
                wrong.append(_("第 %(n)s 个月：%(why)s") % {"n": number, "why": error.messages[0]})
        if wrong:
            raise ValidationError(wrong)
        return amounts


@dataclass(frozen=True, kw_only=True)
class SalesAtRates(Field):
    """Further sales of the same period, each at a rate of its own."""

    type = "sales_at_rates"

    required: bool = False
    default: Any = ()
    columns: tuple[Number, ...] = (Money(name="sales", label=""), Rate(name="rate", label=""))
    longest: int = 20

    def clean(self, raw: Any) -> list[tuple[Decimal, Decimal]]:
        if not isinstance(raw, list | tuple) or len(raw) > self.longest:
            raise ValidationError(_("请填写由 sales 和 rate 组成的列表，最多 %(n)s 行。") % {"n": self.longest})
        cleaned, wrong = [], []
        for number, item in enumerate(raw, start=1):
            try:
                row = clean(self.columns, item)
                cleaned.append((row["sales"], row["rate"]))
            except InvalidInputs as error:
                wrong += [
                    _("第 %(n)s 行 %(name)s：%(why)s") % {"n": number, "name": name, "why": messages[0]}
                    for name, messages in error.message_dict.items()
                ]
        if wrong:
            raise ValidationError(wrong)
        return cleaned


@dataclass(frozen=True, kw_only=True)
class Records(Field):
    """A list of records, each with the same columns."""

    type = "records"

    columns: tuple[Field, ...]
    longest: int = 500

    def clean(self, raw: Any) -> list[dict[str, Any]]:
        if not isinstance(raw, list | tuple) or len(raw) > self.longest:
            raise ValidationError(_("请填写列表，最多 %(n)s 行。") % {"n": self.longest})
        cleaned, wrong = [], []
        for number, item in enumerate(raw, start=1):
            try:
                cleaned.append(clean(self.columns, item))
            except InvalidInputs as error:
                wrong += [
                    _("第 %(n)s 行 %(name)s：%(why)s") % {"n": number, "name": name, "why": messages[0]}
                    for name, messages in error.message_dict.items()
                ]
        if wrong:
            raise ValidationError(wrong)
        return cleaned


def clean(fields: tuple[Field, ...], raw: Any) -> dict[str, Any]:
    """All inputs, typed, with defaults filled in.

    :raises InvalidInputs: naming every missing, wrong and unknown field at once.
    """
    if not isinstance(raw, Mapping):
        raise InvalidInputs({NON_FIELD_ERRORS: _("请提交由输入项名称和值组成的 JSON 对象。")})
    cleaned: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for spec in fields:
        if raw.get(spec.name) is None:
            if spec.required:
                errors[spec.name] = [_("请填写此项。")]
            cleaned[spec.name] = spec.default
            continue
        try:
            cleaned[spec.name] = spec.clean(raw[spec.name])
        except ValidationError as error:
            errors[spec.name] = error.messages
    known = {spec.name for spec in fields}
    for name in raw.keys() - known:
        # Echoed as text that any encoding can carry: the name itself may be broken.
        shown = str(name)[:LONGEST].encode("utf-8", "replace").decode()
        errors[shown] = [_("没有此项输入。可用：%(names)s。") % {"names": joined(sorted(known))}]
    if errors:
        raise InvalidInputs(errors)
    return cleaned


def _written(raw: Any) -> str:
    """How a number was written. A float is read back as its shortest text, so 0.1 stays 0.1 and 0.1+0.2 is refused."""
    if isinstance(raw, str):
        return raw if len(raw) <= LONGEST else ""
    if isinstance(raw, Decimal):
        return f"{raw:f}" if raw.is_finite() and abs(raw.adjusted()) < LONGEST else ""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or abs(raw) > 10**15:
        return ""
    return repr(raw)


def _period(raw: Any) -> Period | None:
    if isinstance(raw, Period):
        return raw
    try:
        return Period.parse(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _year_range() -> str:
    return _("年份须在 %(first)s 至 %(last)s 之间。") % {"first": FIRST_YEAR, "last": LAST_YEAR}
