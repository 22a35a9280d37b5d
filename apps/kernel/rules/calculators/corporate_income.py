"""Corporate income tax of a year (企业所得税): small low-profit, high-tech or the basic rate."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.inputs import Flag, Money, Number, Year
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan

LIMITS = (("taxable", "cit.small.taxable"), ("headcount", "cit.small.headcount"), ("assets", "cit.small.assets"))


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    taxable = given["taxable"]
    # All three limits at once: beyond any of them the whole amount is taxed at the full rate, a cliff.
    small = not given["restricted_industry"] and all(law.within(given[name], code) for name, code in LIMITS)
    if small:
        inclusion, rate = law.number("cit.small.inclusion"), law.number("cit.rate.small")
        tax = sheet.line(
            _("应纳企业所得税：小型微利企业"),
            f"{yuan(taxable)} × {percent(inclusion)} × {percent(rate)}",
            taxable * inclusion * rate,
            law.row("cit.small.inclusion"),
            law.row("cit.rate.small"),
        )
        return {"small_low_profit": True, "tax": tax}
    code = "cit.rate.high-tech" if given["high_tech"] else "cit.rate"
    rate = law.number(code)
    label = _("应纳企业所得税：高新技术企业") if given["high_tech"] else _("应纳企业所得税")
    tax = sheet.line(label, f"{yuan(taxable)} × {percent(rate)}", taxable * rate, law.row(code))
    return {"small_low_profit": False, "tax": tax}


CORPORATE_INCOME = Calculator(
    kind="corporate-income",
    title=gettext_lazy("企业所得税"),
    dated_by="year",
    fields=(
        Year(name="year", label=gettext_lazy("年度")),
        Money(name="taxable", label=gettext_lazy("应纳税所得额"), help=gettext_lazy("亏损填写 0")),
        Number(name="headcount", label=gettext_lazy("从业人数（季度平均）")),
        Money(name="assets", label=gettext_lazy("资产总额（季度平均，元）")),
        Flag(name="high_tech", label=gettext_lazy("高新技术企业")),
        Flag(name="restricted_industry", label=gettext_lazy("从事国家限制或者禁止行业")),
    ),
    compute=_compute,
    outputs={"small_low_profit": "flag", "tax": "money"},
)
