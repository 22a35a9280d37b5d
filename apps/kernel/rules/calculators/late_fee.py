"""Late fee on tax paid after its due date (滞纳金, 税收征收管理法 Art 32)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.inputs import Day, Money
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    days = max((given["paid"] - given["due"]).days, 0)
    rate = law.number("late-fee.rate")
    fee = sheet.line(
        _("滞纳金：自期限届满次日起至缴款当日"),
        f"{yuan(given['tax'])} × {percent(rate)} × {days}",
        given["tax"] * rate * days,
        law.row("late-fee.rate"),
    )
    return {"days": days, "late_fee": fee}


LATE_FEE = Calculator(
    kind="late-fee",
    title=gettext_lazy("滞纳金"),
    dated_by="due",
    fields=(
        Money(name="tax", label=gettext_lazy("滞纳税款")),
        Day(name="due", label=gettext_lazy("缴款期限")),
        Day(name="paid", label=gettext_lazy("缴款日期")),
    ),
    compute=_compute,
    outputs={"days": "count", "late_fee": "money"},
)
