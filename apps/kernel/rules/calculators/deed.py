"""Deed tax of whoever takes over land or a building (契税)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.inputs import Choice, Day, Money, Number
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan

FIRST, SECOND, OTHER = "first", "second", "other"


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    price, home = given["price"], given["home"]
    sources = []
    if home == OTHER:
        code = "deed.rate"
    else:
        limit = law.row("deed.home.area")
        sources.append(limit)
        small = law.within(given["area"], "deed.home.area")
        code = "deed.home.small" if small else f"deed.home.{home}"
        formula = f"{given['area']:f} {limit.comparator if small else '>'} {limit.value}"
        sheet.note(_("住房面积（平方米）"), formula, limit.source)
    rate, source = law.number(code), law.row(code)
    tax = sheet.line(_("应纳契税"), f"{yuan(price)} × {percent(rate)}", price * rate, source, *sources)
    return {"tax": tax}


DEED_TAX = Calculator(
    kind="deed-tax",
    title=gettext_lazy("契税"),
    dated_by="date",
    fields=(
        Money(name="price", label=gettext_lazy("不含增值税的成交价格")),
        Choice(
            name="home",
            label=gettext_lazy("是家庭的第几套住房"),
            choices=(
                (FIRST, gettext_lazy("唯一住房")),
                (SECOND, gettext_lazy("第二套住房")),
                (OTHER, gettext_lazy("其他住房或非住房")),
            ),
        ),
        Number(name="area", label=gettext_lazy("建筑面积（平方米）")),
        Day(name="date", label=gettext_lazy("合同签订日期")),
    ),
    compute=_compute,
    outputs={"tax": "money"},
)
