"""A value as people write it, brought to the one spelling of the facts: amounts in yuan become fen (Art 19)."""

import re
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.facts.catalogue import Entry
from apps.kernel.lists import joined

FLAGS = {"是": "true", "否": "false", "true": "true", "false": "false"}
FEN = 100


def spelled(entry: Entry, text: str) -> str:
    """The spelling the facts keep.

    :raises ValidationError: naming what the value should look like.
    """
    text = text.strip()
    if entry.is_amount:
        text = _fen(entry, text)
    elif entry.is_flag:
        text = FLAGS.get(text, text)
    elif entry.choices:
        text = next((code for code, label in entry.column.choices if text in (code, str(label))), text)
    if not re.fullmatch(entry.column.pattern, text) or (entry.choices and text not in entry.choices):
        raise ValidationError({"value": _mistake(entry)})
    if entry.kind == "integer":
        return str(int(text))
    return f"{Decimal(text):.2f}" if entry.kind == "number" else text


def _fen(entry: Entry, text: str) -> str:
    try:
        amount = Decimal(text.replace(",", "")) * FEN
    except InvalidOperation:
        raise ValidationError({"value": _mistake(entry)}) from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValidationError({"value": _mistake(entry)})
    return f"{amount:f}".partition(".")[0]


def _mistake(entry: Entry) -> str:
    expected = _("以元为单位、最多两位小数") if entry.is_amount else joined(entry.choices or []) or entry.column.example
    return _("“%(label)s”的值应为：%(expected)s。") % {"label": entry.label, "expected": expected}
