"""Value-added tax of a period with its surcharges (增值税及附加), and taking VAT out of a price."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.lists import joined
from apps.kernel.rules import parameters
from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import HALVED, LOCATION, NOTHING, surcharges_on
from apps.kernel.rules.inputs import Choice, Flag, InvalidInputs, Money, MonthOrQuarter, Rate, SalesAtRates
from apps.kernel.rules.models import Parameter
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan
from apps.kernel.workcalendar import filing
from apps.kernel.workcalendar.periods import Period

GENERAL_RATES = ("vat.rate.basic", "vat.rate.lower", "vat.rate.services", "vat.rate.zero")
SMALL_RATES = ("vat.levy.standard", "vat.levy.reduced", "vat.levy.home-rent", "vat.levy.used-assets")
EVERY_RATE = (*GENERAL_RATES, *SMALL_RATES, "vat.levy.property")

TAXPAYER_TYPE = Choice(
    name="taxpayer_type",
    label=gettext_lazy("纳税人类型"),
    choices=(("general", gettext_lazy("一般纳税人")), ("small_scale", gettext_lazy("小规模纳税人"))),
)


def _vat(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    amounts = (_general if given["taxpayer_type"] == "general" else _small_scale)(given, law, sheet)
    due = filing.period_due(given["period"])
    return {**amounts, "due_date": due.due, "due_date_official": due.official}


def _general(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    rates = _rates(given, GENERAL_RATES, law)
    output_vat = _tax_on_sales(_("销项税额"), rates, given, sheet)
    input_vat, carry_in = given["input_vat"] or NOTHING, given["carry_in"] or NOTHING
    balance = output_vat - input_vat - carry_in
    formula = f"{yuan(output_vat)} − {yuan(input_vat)} − {yuan(carry_in)}"
    if balance >= 0:
        vat, carry_out = sheet.line(_("应纳增值税"), formula, balance, *rates), NOTHING
    else:
        vat, carry_out = NOTHING, sheet.line(_("期末留抵税额"), f"−({formula})", -balance, *rates)
    surcharges = surcharges_on(
        vat, given["location"], law, sheet, halved=given["halved"], waived=_waived(given, law), blame="halved"
    )
    return {
        "exempt": False,
        "output_vat": output_vat,
        "vat": vat,
        "carry_out": carry_out,
        **vars(surcharges),
        "total": vat + surcharges.total,
    }


def _small_scale(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    unwanted = {name: _("小规模纳税人不抵扣进项税额，请留空或填写 0。") for name in _DEDUCTIONS if given[name]}
    if unwanted:
        raise InvalidInputs(unwanted)
    sales, threshold = _all_sales(given), law.row(f"vat.threshold.{_span(given['period'])}")
    rates = _rates(given, SMALL_RATES, law)
    standard = law.row("vat.small.annual")
    if not law.within(sales, standard.code):
        sheet.note(
            _("销售额已超过小规模纳税人标准，应当办理一般纳税人登记"),
            f"{yuan(sales)} > {standard.value}",
            standard.source,
        )
    exempt = law.within(sales, threshold.code) and not given["waive_exemption"]
    if exempt:
        formula = f"{yuan(sales)} {threshold.comparator} {threshold.value}"
        vat = sheet.line(_("增值税：销售额未达到起征点，免征"), formula, NOTHING, threshold)
    else:
        vat = _tax_on_sales(_("应纳增值税"), rates, given, sheet)
    # Small-scale payers are entitled to the halving by what they are, whether or not it is asked for.
    surcharges = surcharges_on(vat, given["location"], law, sheet, halved=True, waived=_waived(given, law))
    return {
        "exempt": exempt,
        "output_vat": NOTHING,
        "vat": vat,
        "carry_out": NOTHING,
        **vars(surcharges),
        "total": vat + surcharges.total,
    }


def _sales_at_rates(given: Given) -> list[tuple[Decimal, Decimal]]:
    return [(given["sales"], given["rate"]), *given["other_sales"]]


def _all_sales(given: Given) -> Decimal:
    return sum((sales for sales, _rate in _sales_at_rates(given)), NOTHING)


def _tax_on_sales(label: str, rates: list[Parameter], given: Given, sheet: Worksheet) -> Decimal:
    """VAT on the sales at each rate, a line for each."""
    return sum(
        (
            sheet.line(label, f"{yuan(sales)} × {percent(rate)}", sales * rate, source)
            for (sales, rate), source in zip(_sales_at_rates(given), rates, strict=True)
        ),
        NOTHING,
    )


def _waived(given: Given, law: Law) -> bool:
    """Whether sales are small enough for the education surcharges to be waived."""
    return law.within(_all_sales(given), f"surcharge.edu-waiver.{given['taxpayer_type']}.{_span(given['period'])}")


def _span(period: Period) -> str:
    return "month" if period.is_month else "quarter"


def _rates(given: Given, codes: tuple[str, ...], law: Law) -> list[Parameter]:
    """The rows of the law behind the rate of each part of the sales.

    :raises InvalidInputs: when no rule in force has such a rate.
    """
    known = {row.number: row.code for row in law.known(codes)}
    found = []
    for position, (_sales, rate) in enumerate(_sales_at_rates(given)):
        if rate not in known:
            allowed = joined(f"{number:f}" for number in known)
            message = _("此纳税人在该所属期可用的税率、征收率：%(allowed)s。") % {"allowed": allowed}
            raise InvalidInputs({"other_sales" if position else "rate": message})
        found.append(law.row(known[rate]))
    return found


def _inclusive(given: Given, _law: Law, sheet: Worksheet) -> Amounts:
    gross, rate = given["gross"], given["rate"]
    # A price may be of any time: every rate the law has had will do.
    row = next((row for row in parameters.ever(EVERY_RATE) if row.number == rate), None)
    if row is None:
        raise InvalidInputs({"rate": _("法律上没有这个增值税税率或者征收率。请用小数填写，例如 0.13、0.06、0.01。")})
    net = sheet.line(_("不含税销售额"), f"{yuan(gross)} ÷ (1 + {percent(rate)})", gross / (1 + rate), row)
    vat = sheet.line(_("增值税税额"), f"{yuan(gross)} − {yuan(net)}", gross - net, row)
    return {"net": net, "vat": vat}


_DEDUCTIONS = ("input_vat", "carry_in")

VAT = Calculator(
    kind="vat",
    title=gettext_lazy("增值税及附加"),
    dated_by="period",
    fields=(
        MonthOrQuarter(name="period", label=gettext_lazy("所属期")),
        TAXPAYER_TYPE,
        Money(name="sales", label=gettext_lazy("不含税销售额")),
        Rate(
            name="rate",
            label=gettext_lazy("税率或者征收率"),
            help=gettext_lazy("一般纳税人如 0.13，小规模纳税人如 0.01"),
        ),
        LOCATION,
        Money(name="input_vat", label=gettext_lazy("进项税额"), help=gettext_lazy("仅一般纳税人"), required=False),
        Money(name="carry_in", label=gettext_lazy("上期留抵税额"), help=gettext_lazy("仅一般纳税人"), required=False),
        HALVED,
        SalesAtRates(
            name="other_sales",
            label=gettext_lazy("其他税率、征收率的销售额"),
            help=gettext_lazy("由 sales 和 rate 组成的列表"),
        ),
        Flag(name="waive_exemption", label=gettext_lazy("放弃起征点免税"), help=gettext_lazy("如开具增值税专用发票")),
    ),
    compute=_vat,
    outputs={
        "exempt": "flag",
        "output_vat": "money",
        "vat": "money",
        "carry_out": "money",
        "city": "money",
        "city_reduction": "money",
        "edu": "money",
        "edu_reduction": "money",
        "local_edu": "money",
        "local_edu_reduction": "money",
        "total": "money",
        "due_date": "date",
        "due_date_official": "flag",
    },
)

VAT_INCLUSIVE = Calculator(
    kind="vat-inclusive",
    title=gettext_lazy("价税分离"),
    dated_by="date",
    fields=(
        Money(name="gross", label=gettext_lazy("含税金额")),
        Rate(name="rate", label=gettext_lazy("税率或者征收率")),
    ),
    compute=_inclusive,
    outputs={"net": "money", "vat": "money"},
)
