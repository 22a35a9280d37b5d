"""Individual income tax withheld on wages, the annual bonus and labour remuneration (个人所得税预扣预缴)."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import NOTHING
from apps.kernel.rules.inputs import Choice, Day, InvalidInputs, Money, MonthlyAmounts, Year
from apps.kernel.rules.money import fen
from apps.kernel.rules.values import Brackets
from apps.kernel.rules.worksheet import Law, Worksheet, bracket_for, percent, yuan

WAGE_LISTS = ("special_deduction", "additional_deduction")


def _withholding(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    gross: list[Decimal] = given["monthly_gross"]
    deductions = {name: given[name] or [NOTHING] * len(gross) for name in WAGE_LISTS}
    wrong = {
        name: _("月数须与 monthly_gross 相同（%(n)s 个月）。") % {"n": len(gross)}
        for name, amounts in deductions.items()
        if len(amounts) != len(gross)
    }
    if wrong:
        raise InvalidInputs(wrong)
    basic, source = law.number("iit.basic-deduction.month"), law.row("iit.basic-deduction.month")
    table, schedule = law.brackets("iit.brackets.year"), law.row("iit.brackets.year")
    net = [
        month - special - additional
        for month, special, additional in zip(
            gross, deductions["special_deduction"], deductions["additional_deduction"], strict=True
        )
    ]
    monthly_tax: list[Decimal] = []
    for months in range(1, len(net) + 1):
        taxable = max(sum(net[:months], NOTHING) - basic * months, NOTHING)
        due, formula = _progressive(taxable, table)
        withheld = sum(monthly_tax, NOTHING)
        # What was withheld too much is returned in the annual settlement, not in a later month.
        monthly_tax.append(
            sheet.line(
                _("%(n)s 月应预扣税额（累计应纳税所得额 %(taxable)s）") % {"n": months, "taxable": yuan(taxable)},
                f"{formula} − {yuan(withheld)}",
                max(due - withheld, NOTHING),
                schedule,
                source,
            )
        )
    year = law.number("iit.basic-deduction.year")
    annual_taxable = sheet.line(
        _("全年应纳税所得额"),
        f"{yuan(sum(net, NOTHING))} − {yuan(year)}",
        max(sum(net, NOTHING) - year, NOTHING),
        law.row("iit.basic-deduction.year"),
    )
    annual_due, formula = _progressive(annual_taxable, table)
    annual_tax = sheet.line(_("全年应纳税额"), formula, annual_due, schedule)
    settlement = annual_tax - sum(monthly_tax, NOTHING)
    return {
        "monthly_tax": monthly_tax,
        "annual_taxable": annual_taxable,
        "annual_tax": annual_tax,
        "settlement": sheet.line(
            _("汇算清缴应补（退为负）税额"),
            f"{yuan(annual_tax)} − {yuan(sum(monthly_tax, NOTHING))}",
            settlement,
            schedule,
        ),
    }


def _bonus(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    bonus, table = given["bonus"], law.brackets("iit.brackets.month")
    # The step is found from a twelfth of the bonus, its rate applied to the whole: hence the known cliffs.
    step = bracket_for(bonus / law.number("iit.bonus.months"), table)
    tax = sheet.line(
        _("全年一次性奖金单独计税"),
        f"{yuan(bonus)} × {percent(step.rate)} − {yuan(step.quick)}",
        bonus * step.rate - step.quick,
        law.row("iit.brackets.month"),
        law.row("iit.bonus.months"),
    )
    return {"rate": step.rate, "quick_deduction": fen(step.quick), "tax": tax}


def _labour(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    income = given["income"]
    limit = law.row("iit.labour.flat-limit")
    if law.within(income, "iit.labour.flat-limit"):
        expense, source = law.number("iit.labour.flat-expense"), law.row("iit.labour.flat-expense")
        formula = f"{yuan(income)} − {yuan(expense)}"
        left = max(income - expense, NOTHING)
    else:
        share, source = law.number("iit.labour.expense-rate"), law.row("iit.labour.expense-rate")
        formula = f"{yuan(income)} × (1 − {percent(share)})"
        left = income * (1 - share)
    if given["category"] == "author":
        inclusion = law.number("iit.author.inclusion")
        formula = f"({formula}) × {percent(inclusion)}"
        left *= inclusion
    taxable = sheet.line(_("预扣预缴应纳税所得额"), formula, left, limit, source)
    if given["category"] == "labour":
        due, formula = _progressive(taxable, law.brackets("iit.labour.brackets"))
        return {"taxable": taxable, "tax": sheet.line(_("应预扣税额"), formula, due, law.row("iit.labour.brackets"))}
    rate = law.number("iit.author.rate")
    formula = f"{yuan(taxable)} × {percent(rate)}"
    return {"taxable": taxable, "tax": sheet.line(_("应预扣税额"), formula, taxable * rate, law.row("iit.author.rate"))}


def _progressive(taxable: Decimal, table: Brackets) -> tuple[Decimal, str]:
    """Tax by a progressive table with quick deduction (速算扣除数), and its formula."""
    step = bracket_for(taxable, table)
    return fen(taxable * step.rate - step.quick), f"{yuan(taxable)} × {percent(step.rate)} − {yuan(step.quick)}"


_DAY = Day(name="date", label=gettext_lazy("支付日期"), help=gettext_lazy("决定适用的规定，默认今天"), required=False)

WITHHOLDING = Calculator(
    kind="iit-withholding",
    title=gettext_lazy("工资薪金累计预扣"),
    dated_by="year",
    fields=(
        Year(name="year", label=gettext_lazy("年度")),
        MonthlyAmounts(
            name="monthly_gross", label=gettext_lazy("各月工资薪金收入"), help=gettext_lazy("自 1 月起依次填写")
        ),
        MonthlyAmounts(
            name="special_deduction",
            label=gettext_lazy("各月专项扣除"),
            help=gettext_lazy("个人缴纳的社会保险费和住房公积金"),
            required=False,
        ),
        MonthlyAmounts(name="additional_deduction", label=gettext_lazy("各月专项附加扣除"), required=False),
    ),
    compute=_withholding,
    outputs={
        "monthly_tax": "monthly_amounts",
        "annual_taxable": "money",
        "annual_tax": "money",
        "settlement": "balance",
    },
)
BONUS = Calculator(
    kind="iit-bonus",
    title=gettext_lazy("全年一次性奖金单独计税"),
    dated_by="date",
    fields=(Money(name="bonus", label=gettext_lazy("全年一次性奖金")), _DAY),
    compute=_bonus,
    outputs={"rate": "rate", "quick_deduction": "money", "tax": "money"},
)
LABOUR = Calculator(
    kind="iit-labour",
    title=gettext_lazy("劳务报酬、稿酬、特许权使用费预扣"),
    dated_by="date",
    fields=(
        Money(name="income", label=gettext_lazy("每次收入（不含增值税）")),
        Choice(
            name="category",
            label=gettext_lazy("所得项目"),
            choices=(
                ("labour", gettext_lazy("劳务报酬")),
                ("author", gettext_lazy("稿酬")),
                ("royalty", gettext_lazy("特许权使用费")),
            ),
            required=False,
            default="labour",
        ),
        _DAY,
    ),
    compute=_labour,
    outputs={"taxable": "money", "tax": "money"},
)
