"""Reads the law in force on a day: a parameter's value, or its whole row with comparator and source."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from django.db.models import Q, QuerySet

from apps.kernel.kept.keeping import Kept
from apps.kernel.rules.models import Parameter, Provision
from apps.kernel.rules.values import Value

SHANGHAI = "310000"
_kept = Kept("law")
Rules = TypeVar("Rules")


class UnknownLaw(LookupError):
    """No row of this code is in force on the day: the law of that time is not known here."""

    def __init__(self, code: str, on: dt.date) -> None:
        super().__init__(f"no rule {code} in force on {on}")
        self.code, self.on = code, on


def rows(on: dt.date, region: str = SHANGHAI) -> QuerySet[Parameter]:
    """Every row in force on a day."""
    return (
        Parameter.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on, region=region)
        .select_related("document")
        .order_by("code")
    )


def in_force(on: dt.date) -> Mapping[str, Parameter]:
    """Every row in force on a day by code; the process keeps all rows until one of them changes."""
    return {
        each.code: each
        for each in _kept.get("every row", _every_row)
        if each.valid_from <= on and (each.valid_to is None or each.valid_to >= on)
    }


def _every_row() -> list[Parameter]:
    return list(Parameter.objects.filter(region=SHANGHAI).select_related("document").order_by("code"))


def row(code: str, on: dt.date, region: str = SHANGHAI) -> Parameter:
    """The row in force on a day, with comparator, source, confidence and review state.

    :raises UnknownLaw: when none is.
    """
    found = rows(on, region).filter(code=code).first()
    if found is None:
        raise UnknownLaw(code, on)
    return found


def value(code: str, on: dt.date, region: str = SHANGHAI) -> Value:
    """The value in force on a day: a Decimal, a table of brackets or a term.

    :raises UnknownLaw: when there is none.
    """
    return row(code, on, region).typed


def whole_numbers(shape: type[Rules], prefix: str, on: dt.date) -> Rules:
    """The operating rules of a room as one dataclass of whole numbers.

    :raises UnknownLaw: naming a rule that has no row.
    """
    return _kept.get((shape, prefix, on), lambda: _whole_numbers(shape, prefix, on))


def _whole_numbers(shape: type[Rules], prefix: str, on: dt.date) -> Rules:
    found = {each.code: each.number for each in rows(on).filter(code__startswith=prefix)}
    values = {}
    for name in shape.__annotations__:
        code = prefix + name.replace("_", "-")
        if code not in found:
            raise UnknownLaw(code, on)
        values[name] = int(found[code])
    return shape(**values)


def ever(codes: Iterable[str], region: str = SHANGHAI) -> QuerySet[Parameter]:
    """Every row these codes have ever had, the latest first."""
    return Parameter.objects.filter(code__in=codes, region=region).select_related("document").order_by("-valid_from")


def within(amount: Decimal, limit: Provision) -> bool:
    """Whether ``amount`` satisfies the row's own comparator: the law changes that too, not only the number."""
    bound = limit.number
    return {
        Provision.Comparator.LESS: amount < bound,
        Provision.Comparator.AT_MOST: amount <= bound,
        Provision.Comparator.AT_LEAST: amount >= bound,
        Provision.Comparator.MORE: amount > bound,
    }[Provision.Comparator(limit.comparator)]
