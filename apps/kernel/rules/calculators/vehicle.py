"""Vehicle purchase tax (车辆购置税) and its relief for new-energy vehicles."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import NOTHING
from apps.kernel.rules.inputs import Day, Flag, Money
from apps.kernel.rules.money import fen
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    price, rate, source = given["price"], law.number("vehicle.rate"), law.row("vehicle.rate")
    full = sheet.line(_("车辆购置税"), f"{yuan(price)} × {percent(rate)}", price * rate, source)
    if not given["new_energy"]:
        return {"reduction": NOTHING, "tax": full}
    share, relief = law.number("vehicle.nev.reduction"), law.row("vehicle.nev.reduction")
    reduction, formula = fen(full * share), f"{yuan(full)} × {percent(share)}"
    # The ceiling is for passenger cars; buses and lorries have none.
    cap = law.limit("vehicle.nev.cap") if given["passenger_car"] else None
    if cap is not None:
        reduction, formula = min(reduction, fen(cap)), f"min({formula}, {yuan(cap)})"
    reduction = sheet.line(_("新能源汽车减免"), formula, reduction, relief)
    tax = sheet.line(_("应纳车辆购置税"), f"{yuan(full)} − {yuan(reduction)}", full - reduction, source, relief)
    return {"reduction": reduction, "tax": tax}


VEHICLE_PURCHASE = Calculator(
    kind="vehicle-purchase",
    title=gettext_lazy("车辆购置税"),
    dated_by="date",
    fields=(
        Money(name="price", label=gettext_lazy("不含增值税价格")),
        Flag(name="new_energy", label=gettext_lazy("新能源汽车")),
        Day(name="date", label=gettext_lazy("购置日期")),
        Flag(name="passenger_car", label=gettext_lazy("乘用车"), default=True),
    ),
    compute=_compute,
    outputs={"reduction": "money", "tax": "money"},
)
