"""What the law takes under each heading of a tax, and whether that was reviewed (Art 11)."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.kernel.rules import parameters, showing, worksheet
from apps.kernel.rules.calculators.property_behaviour import SourceTax
from apps.kernel.rules.models import Parameter
from apps.kernel.workcalendar import clock


@dataclass(frozen=True)
class Rate:
    """The rule of one heading or relief on a day."""

    code: str  # of the heading or relief; empty where the tax has one rate
    label: str
    rule: Parameter
    relief: bool = False

    @property
    def amount(self) -> str:
        """The rate as people write it: 0.03%, 15 元/平方米·年, 减征 25%, 30%–60%."""
        steps = self.rule.typed
        if isinstance(steps, tuple):
            return f"{worksheet.percent(steps[0].rate)}–{worksheet.percent(steps[-1].rate)}"
        said = showing.words(self.rule)
        return _("减征 %(share)s") % {"share": said} if self.relief else said

    @property
    def confidence(self) -> str:
        """The confidence of a rule nobody has reviewed yet; empty of one that was."""
        return worksheet.in_doubt([self.rule])


def of_tax(tax: SourceTax, on: dt.date | None = None) -> list[Rate]:
    """Every heading and relief of a tax with its rate on a day, today's when none is given."""
    law = parameters.in_force(on or clock.today())
    headings = [(item, str(label), tax.rate_code(item), False) for item, label in tax.items or (("", tax.title),)]
    reliefs = [(relief.code, str(relief.label), tax.relief_code(relief.code), True) for relief in tax.reliefs]
    return [Rate(code, label, law[rule], relief) for code, label, rule, relief in (*headings, *reliefs) if rule in law]
