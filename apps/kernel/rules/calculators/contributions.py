"""Social insurance of a month and the disabled employment fund of a year (社会保险费、残疾人就业保障金)."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import NOTHING
from apps.kernel.rules.inputs import Count, InvalidInputs, Money, Month, Rate, Year
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan

INSURANCES = (
    ("pension_employee", "si.pension.employee"),
    ("pension_employer", "si.pension.employer"),
    ("medical_employee", "si.medical.employee"),
    ("medical_employer", "si.medical.employer"),
    ("unemployment_employee", "si.unemployment.employee"),
    ("unemployment_employer", "si.unemployment.employer"),
)


def _social_insurance(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    return _contributions(given, law, sheet, persons=Decimal(1))


def _contributions(given: Given, law: Law, sheet: Worksheet, *, persons: Decimal) -> Amounts:
    wage, injury = given["wage"], given["injury_rate"]
    floor, ceiling = persons * law.number("si.base.floor"), persons * law.number("si.base.ceiling")
    lowest, highest = law.number("si.injury.lowest"), law.number("si.injury.highest")
    if not lowest <= injury <= highest:
        raise InvalidInputs(
            {"injury_rate": _("工伤保险费率须在 %(low)s 至 %(high)s 之间。") % {"low": lowest, "high": highest}}
        )
    base = sheet.line(
        _("缴费基数"),
        f"min(max({yuan(wage)}, {yuan(floor)}), {yuan(ceiling)})",
        min(max(wage, floor), ceiling),
        law.row("si.base.floor"),
        law.row("si.base.ceiling"),
    )
    parts = {
        name: sheet.line(
            law.row(code).title, f"{yuan(base)} × {percent(law.number(code))}", base * law.number(code), law.row(code)
        )
        for name, code in INSURANCES
    }
    parts["injury_employer"] = sheet.line(
        _("工伤保险：单位"), f"{yuan(base)} × {percent(injury)}", base * injury, law.row("si.injury.lowest")
    )
    return {
        "base": base,
        **parts,
        "employee_total": sum((value for name, value in parts.items() if name.endswith("_employee")), NOTHING),
        "employer_total": sum((value for name, value in parts.items() if name.endswith("_employer")), NOTHING),
    }


def _employer(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    """Everyone's contributions, employer's and employees' shares together, by their number and the sum of bases."""
    employees, injury = given["employees"], given["injury_rate"]
    if not employees and given["base_total"]:
        raise InvalidInputs({"employees": _("填写了缴费基数，职工人数不能为 0。")})
    if not employees:
        sheet.note(_("本月没有参保职工"), "0")
        return dict.fromkeys(EMPLOYER_INSURANCE.outputs, NOTHING)
    # The bounds hold for each person; for all together they are that many times as far.
    wage = {"wage": given["base_total"], "injury_rate": injury}
    answer = _contributions(wage, law, sheet, persons=employees)
    found = {"injury": answer["injury_employer"]}
    for insurance in ("pension", "medical", "unemployment"):
        found[insurance] = answer[f"{insurance}_employer"] + answer[f"{insurance}_employee"]
    return {
        "base": answer["base"],
        **found,
        "employee_total": answer["employee_total"],
        "employer_total": answer["employer_total"],
        "total": answer["employee_total"] + answer["employer_total"],
    }


def _disabled_fund(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    employees, disabled = given["employees"], given["disabled"]
    if disabled > employees:
        raise InvalidInputs({"disabled": _("安排的残疾人数不能大于在职职工人数。")})
    exempt = law.row("disabled-fund.exempt-staff")
    if law.within(employees, "disabled-fund.exempt-staff"):
        formula = f"{employees} {exempt.comparator} {exempt.value}"
        due = sheet.line(_("在职职工人数未超过免征人数，暂免征收"), formula, NOTHING, exempt)
        return {"before_relief": NOTHING, "due": due}
    share = law.number("disabled-fund.share")
    missing = max(employees * share - disabled, Decimal(0))
    if not missing:
        met = sheet.line(
            _("已按比例安排残疾人就业"),
            f"{disabled} ≥ {employees} × {percent(share)}",
            NOTHING,
            law.row("disabled-fund.share"),
        )
        return {"before_relief": met, "due": met}
    average, formula = _average_wage(given, law)
    before = sheet.line(
        _("减缴前应缴残保金"),
        f"({employees} × {percent(share)} − {disabled}) × {formula}",
        missing * average,
        law.row("disabled-fund.share"),
        law.row("disabled-fund.wage-cap"),
    )
    reached = law.within(disabled / employees, "disabled-fund.tier")
    code = "disabled-fund.due.at-tier" if reached else "disabled-fund.due.below-tier"
    rate = law.number(code)
    due = sheet.line(_("分档减缴后应缴残保金"), f"{yuan(before)} × {percent(rate)}", before * rate, law.row(code))
    return {"before_relief": before, "due": due}


def _average_wage(given: Given, law: Law) -> tuple[Decimal, str]:
    """The payer's average annual wage, capped at a multiple of the local average; unrounded, with its formula."""
    average = given["wage_total"] / given["employees"]
    formula = f"{yuan(given['wage_total'])} ÷ {given['employees']}"
    times = law.number("disabled-fund.wage-cap")
    local = law.latest("disabled-fund.local-average")
    if average <= times * local.number:
        return average, formula
    # Wages rise: one within an earlier year's cap is within this year's too, one beyond it needs this year's.
    cap = times * law.number("disabled-fund.local-average")
    return (cap, yuan(cap)) if average > cap else (average, formula)


SOCIAL_INSURANCE = Calculator(
    kind="social-insurance",
    title=gettext_lazy("职工社会保险费"),
    dated_by="month",
    fields=(
        Month(name="month", label=gettext_lazy("缴费月份")),
        Money(name="wage", label=gettext_lazy("月工资")),
        Rate(name="injury_rate", label=gettext_lazy("工伤保险费率"), help=gettext_lazy("按行业类别，如 0.002")),
    ),
    compute=_social_insurance,
    outputs={
        "base": "money",
        **{name: "money" for name, _code in INSURANCES},
        "injury_employer": "money",
        "employee_total": "money",
        "employer_total": "money",
    },
)
EMPLOYER_INSURANCE = Calculator(
    kind="social-insurance-employer",
    title=gettext_lazy("单位职工社会保险费"),
    dated_by="month",
    fields=(
        Month(name="month", label=gettext_lazy("缴费月份")),
        Count(name="employees", label=gettext_lazy("参保职工人数")),
        Money(name="base_total", label=gettext_lazy("职工缴费基数合计")),
        Rate(name="injury_rate", label=gettext_lazy("工伤保险费率"), help=gettext_lazy("按行业类别，如 0.002")),
    ),
    compute=_employer,
    outputs={
        "base": "money",
        "pension": "money",
        "medical": "money",
        "unemployment": "money",
        "injury": "money",
        "employee_total": "money",
        "employer_total": "money",
        "total": "money",
    },
)
DISABLED_FUND = Calculator(
    kind="disabled-employment-fund",
    title=gettext_lazy("残疾人就业保障金"),
    dated_by="year",
    fields=(
        Year(name="year", label=gettext_lazy("费款所属年度")),
        Count(name="employees", label=gettext_lazy("在职职工人数"), least=Decimal(1)),
        Count(name="disabled", label=gettext_lazy("安排的残疾人数")),
        Money(name="wage_total", label=gettext_lazy("全年工资总额")),
    ),
    compute=_disabled_fund,
    outputs={"before_relief": "money", "due": "money"},
)
