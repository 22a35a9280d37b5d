"""VAT and surcharges when an individual sells a home (个人销售住房)."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import LOCATION, NOTHING, surcharges_on
from apps.kernel.rules.inputs import Choice, Count, Day, Money
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    gross, held = given["gross"], given["held_months"]
    years = law.row("vat.home.held")
    if law.within(held, "vat.home.held"):
        free = law.row("vat.home.held-levy")
        formula = f"{held} {years.comparator} {years.value}"
        vat = sheet.line(_("持有达到年限，免征增值税"), formula, NOTHING, years, free)
        return {"net": gross, "vat": vat, "surcharges": NOTHING}
    rate, source = law.number("vat.home.levy"), law.row("vat.home.levy")
    net = sheet.line(_("不含税价"), f"{yuan(gross)} ÷ (1 + {percent(rate)})", gross / (1 + rate), source)
    vat = sheet.line(_("增值税（全额）"), f"{yuan(gross)} − {yuan(net)}", gross - net, source, years)
    # An individual pays like a small-scale payer: the surcharges are halved.
    surcharges = surcharges_on(vat, given["location"], law, sheet, halved=True)
    return {"net": net, "vat": vat, "surcharges": surcharges.total}


HOUSING_SALE = Calculator(
    kind="housing-sale",
    title=gettext_lazy("个人销售住房的增值税及附加"),
    dated_by="date",
    fields=(
        Money(name="gross", label=gettext_lazy("含税售价")),
        Count(name="held_months", label=gettext_lazy("持有月数"), most=Decimal(1200)),
        Day(name="date", label=gettext_lazy("出售日期")),
        Choice(name="location", label=LOCATION.label, choices=LOCATION.choices, required=False, default="urban"),
    ),
    compute=_compute,
    outputs={"net": "money", "vat": "money", "surcharges": "money"},
)
