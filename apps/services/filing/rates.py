"""What the law takes under each heading of a tax, and whether that was reviewed (Art 11)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules import parameters, worksheet
from apps.kernel.rules.calculators.property_behaviour import SourceTax
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock

UNITS: dict[str, Promise] = {
    "yuan/m2": gettext_lazy("%s 元/平方米"),
    "yuan/m2/year": gettext_lazy("%s 元/平方米·年"),
    "yuan/m3": gettext_lazy("%s 元/立方米"),
    "yuan/ton": gettext_lazy("%s 元/吨"),
    "yuan/ton/year": gettext_lazy("%s 元/吨·年"),
    "yuan/metre/year": gettext_lazy("%s 元/米·年"),
    "yuan/vehicle/year": gettext_lazy("%s 元/辆·年"),
    "yuan/equivalent": gettext_lazy("%s 元/污染当量"),
    "yuan/month": gettext_lazy("%s 元/月"),
}


@dataclass(frozen=True)
class Rate:
    """The rule of one heading or relief on a day."""

    code: str  # of the heading or relief; empty where the tax has one rate
    label: str
    rule: Parameter
    relief: bool = False

    @property
    def amount(self) -> str:
        """The rate as people write it: 0.03%, 15 元/平方米·年, 减 25%, 30%–60%."""
        value = self.rule.typed
        if isinstance(value, tuple):
            return f"{worksheet.percent(value[0].rate)}–{worksheet.percent(value[-1].rate)}"
        number = self.rule.number
        if self.relief:
            return _("减征 %(share)s") % {"share": worksheet.percent(number)}
        return UNITS[self.rule.unit] % _plain(number) if self.rule.unit in UNITS else worksheet.percent(number)

    @property
    def confidence(self) -> str:
        """The confidence of a rule nobody has reviewed yet; empty of one that was."""
        return worksheet.in_doubt([self.rule])


def of_tax(tax: SourceTax, on: dt.date | None = None) -> list[Rate]:
    """Every heading and relief of a tax with its rate on a day, today's when none is given."""
    law = parameters.in_force(on or clock.today())
    headings = [(item, str(label), tax.rate_code(item), False) for item, label in tax.items or (("", tax.title),)]
    reliefs = [(relief.code, str(relief.label), tax.relief_code(relief.code), True) for relief in tax.reliefs]
    return [
        Rate(code, label, law[rule], relief) for code, label, rule, relief in (*headings, *reliefs) if rule in law
    ]


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
