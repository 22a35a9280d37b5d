"""Prepayment of corporate income tax by the year's profit so far (企业所得税预缴, 企业所得税法 Art 54)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators import corporate_income
from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import NOTHING
from apps.kernel.rules.inputs import Flag, Money, MonthOrQuarter, Number
from apps.kernel.rules.worksheet import Law, Worksheet, yuan


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    year = corporate_income.CORPORATE_INCOME.compute({**given, "taxable": given["profit"]}, law, sheet)
    tax, prepaid = year["tax"], given["prepaid"] or NOTHING
    # What was prepaid too much is settled with the year's return, not with a prepayment.
    formula = f"max({yuan(tax)} − {yuan(prepaid)}, 0)"
    due = sheet.line(_("本期应预缴税额"), formula, max(tax - prepaid, NOTHING), law.row("cit.rate"))
    return {"small_low_profit": year["small_low_profit"], "tax": tax, "due": due, "total": due}


PREPAYMENT = Calculator(
    kind="corporate-income-prepayment",
    title=gettext_lazy("企业所得税预缴"),
    dated_by="period",
    fields=(
        MonthOrQuarter(name="period", label=gettext_lazy("所属期")),
        Money(name="profit", label=gettext_lazy("本年累计实际利润额"), help=gettext_lazy("亏损填写 0")),
        Number(name="headcount", label=gettext_lazy("从业人数（季度平均）")),
        Money(name="assets", label=gettext_lazy("资产总额（季度平均，元）")),
        Money(name="prepaid", label=gettext_lazy("本年以前各期已预缴税额"), required=False),
        Flag(name="high_tech", label=gettext_lazy("高新技术企业")),
        Flag(name="restricted_industry", label=gettext_lazy("从事国家限制或者禁止行业")),
    ),
    compute=_compute,
    outputs={"small_low_profit": "flag", "tax": "money", "due": "money", "total": "money"},
)
