"""How a fact is shown to people: amounts in yuan, ratios in per cent, choices in words."""

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.kernel.facts.catalogue import Entry
from apps.kernel.facts.columns import Amount, Column, Day, District, Flag, Ratio
from apps.kernel.parties.districts import DISTRICTS


def shown(entry: Entry, value: Any) -> str:
    """``value`` of a fact in words; an empty string where nothing is known."""
    if value is None:
        return ""
    match entry.column:
        case Amount():
            text = _("%(amount)s 元") % {"amount": f"{Decimal(value) / 100:,.2f}"}
        case Ratio():
            text = f"{Decimal(value) / 100:.2f}%"
        case Flag():
            text = _("是") if value else _("否")
        case Day():
            text = date_format(value, _("Y年n月j日"), use_l10n=False)
        case District():
            text = str(DISTRICTS.get(value, value))
        case Column(choices=[_first, *_rest] as choices):
            text = str(dict(choices).get(value, value))
        case _other:
            text = f"{value} {entry.unit}".strip()
    return text
