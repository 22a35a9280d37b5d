"""The kinds of profile columns: each says its unit and how a value is written as text."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Column(models.Field):
    """A profile column. ``source`` names who usually says so; empty means the subject's usual source.

    Migrations see the plain Django field underneath: the source is wording, not schema.
    """

    unit: Any = ""
    example: Any = ""
    pattern = ""

    def __init__(self, verbose_name: Any = None, help_text: Any = "", *, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("null", True)
        kwargs.setdefault("blank", True)
        super().__init__(verbose_name, help_text=help_text, **kwargs)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        plain = next(base for base in type(self).__mro__ if base.__module__.startswith("django.db.models.fields"))
        return name, f"django.db.models.{plain.__name__}", args, kwargs


class Amount(Column, models.BigIntegerField):
    """Money in fen: whole numbers, so no comparison ever meets a float."""

    unit = _("分")
    example = _("以分为单位的整数，例如 10000000 表示 10 万元")
    pattern = r"^-?[0-9]{1,18}$"


class Count(Column, models.BigIntegerField):
    """How many."""

    unit = _("个")
    example = _("不小于 0 的整数")
    pattern = r"^[0-9]{1,18}$"


class Months(Column, models.SmallIntegerField):
    """A length of time in whole months."""

    unit = _("个月")
    example = _("不小于 0 的整月数")
    pattern = r"^[0-9]{1,5}$"


class Days(Column, models.IntegerField):
    """A length of time in days."""

    unit = _("天")
    example = _("不小于 0 的整天数")
    pattern = r"^[0-9]{1,9}$"


class Ratio(Column, models.IntegerField):
    """A ratio in basis points: 150 is 1.5 %."""

    unit = _("万分之一")
    example = _("以万分之一为单位的整数，例如 150 表示 1.5%")
    pattern = r"^-?[0-9]{1,9}$"


class Number(Column, models.DecimalField):
    """An average or a length that may have two decimals."""

    example = _("不小于 0、最多两位小数的数")
    pattern = r"^[0-9]{1,8}(\.[0-9]{1,2})?$"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 10, "decimal_places": 2, **kwargs})


class Flag(Column, models.BooleanField):
    """Yes, no, or not known."""

    example = "true / false"
    pattern = r"^(true|false)$"

    def to_python(self, value: Any) -> bool | None:
        """Reads its own spelling, ``true`` and ``false``, besides Django's."""
        return value == "true" if value in ("true", "false") else super().to_python(value)


class Day(Column, models.DateField):
    """A calendar day."""

    example = "2026-09-30"
    pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class Code(Column, models.CharField):
    """A code or one of a list of choices."""

    example = _("代码")
    pattern = r"^\S(.*\S)?$"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 20, **kwargs})


class District(Code):
    """A district of the city by its code, told by its name."""


def as_text(value: Any) -> str | None:
    """A value in the one spelling the writer accepts; ``None`` stays "not known".

    :raises TypeError: for a float, which may not come near money or thresholds.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        raise TypeError
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value)
