"""How an answer is shown to people, whoever reads it: its question, and what was chosen or written."""

from typing import Any

from django.utils.translation import gettext as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.ledger.models import Yuan
from apps.kernel.lists import joined


def answer(detail: CaseDetail, name: str) -> dict[str, Any]:
    """The label and the shown value of one field: choices in their words, an amount with separators."""
    field: Any = detail._meta.get_field(name)  # noqa: SLF001 - Django's public _meta
    display = getattr(detail, f"get_{name}_display", None)
    value = display() if display else getattr(detail, name)
    if isinstance(value, bool):
        value = _("是") if value else _("否")
    elif isinstance(value, list):
        value = _listed(field, value)
    elif isinstance(field, Yuan) and value is not None:
        value = f"{value:,.2f}"
    return {"label": field.verbose_name, "value": value}


def _listed(field: Any, values: list) -> str:
    """Several answers in the words they were chosen by."""
    names = dict(getattr(field.formfield(), "choices", ()))
    return joined(names.get(value, value) for value in values)
