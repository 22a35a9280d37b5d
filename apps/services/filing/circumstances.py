"""What of register and profile bears on a draft (适用情形), and what they say otherwise by now (Arts 11, 19)."""

from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from apps.services.filing import kinds
from apps.services.filing.models import Return

# The form itself follows from it: a draft of the other form is given up, not changed.
OF_THE_FORM = "taxpayer_type"


class Altered(NamedTuple):
    """One circumstance: its column, what it is called, what the draft has and what the data say, in words."""

    name: str
    label: str
    before: str
    now: str
    value: Any


def altered(tax_return: Return) -> list[Altered]:
    """The circumstances a draft no longer shares with the data it took them from."""
    found = kinds.get(tax_return.kind).circumstances(tax_return.party)
    rows = []
    for name, value in found.items():
        before = getattr(tax_return, name)
        if before != value and name != OF_THE_FORM:
            column = Return._meta.get_field(name)  # noqa: SLF001 - Django's public _meta
            rows.append(Altered(name, str(column.verbose_name), _worded(column, before), _worded(column, value), value))
    return rows


def take_over(tax_return: Return) -> list[str]:
    """Give a draft the circumstances of now; which changed. The caller holds its lock."""
    rows = altered(tax_return)
    for row in rows:
        setattr(tax_return, row.name, row.value)
    tax_return.save(update_fields=[row.name for row in rows])
    return [row.name for row in rows]


def _worded(column: models.Field, value: Any) -> str:
    if column.choices:
        return str(dict(column.flatchoices)[value])
    return _("是") if value else _("否")
