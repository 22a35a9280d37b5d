"""City construction tax and the two education surcharges on VAT (附加税费), and the halving of 2023-2027."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.inputs import Choice, Day, Flag, Money
from apps.kernel.rules.money import fen
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan

NOTHING = Decimal("0.00")

LOCATION = Choice(
    name="location",
    label=gettext_lazy("纳税人所在地"),
    choices=(
        ("urban", gettext_lazy("市区")),
        ("county", gettext_lazy("县城、镇")),
        ("other", gettext_lazy("其他地区")),
    ),
)
HALVED = Flag(
    name="halved",
    label=gettext_lazy("适用六税两费减半"),
    help=gettext_lazy("小规模纳税人、小型微利企业和个体工商户，2023 至 2027 年"),
)


@dataclass(frozen=True)
class Surcharges:
    """What is due of each, and what was taken off."""

    city: Decimal
    city_reduction: Decimal
    edu: Decimal
    edu_reduction: Decimal
    local_edu: Decimal
    local_edu_reduction: Decimal

    @property
    def total(self) -> Decimal:
        return self.city + self.edu + self.local_edu

    @property
    def reduction(self) -> Decimal:
        return self.city_reduction + self.edu_reduction + self.local_edu_reduction


def surcharges_on(
    vat: Decimal, location: str, law: Law, sheet: Worksheet, *, halved: bool, waived: bool = False, blame: str = ""
) -> Surcharges:
    """The three surcharges on an amount of VAT, line by line: full, reduction, due.

    ``waived``: the two education surcharges are not levied. ``blame`` is the input at fault when the halving is
    not in force.
    """
    reduction = law.row("six-taxes.reduction", blame=blame) if halved else None
    share = law.number("six-taxes.reduction") if halved else Decimal(0)
    due: dict[str, Decimal] = {}
    for name, code, label in (
        ("city", f"surcharge.city.{location}", _("城市维护建设税")),
        ("edu", "surcharge.edu", _("教育费附加")),
        ("local_edu", "surcharge.local-edu", _("地方教育附加")),
    ):
        rate, source = law.number(code), law.row(code)
        if waived and name != "city":
            due[name] = sheet.line(label, _("销售额未超过免征标准，免征"), NOTHING, source)
            due[f"{name}_reduction"] = NOTHING
            continue
        full = fen(vat * rate)
        if reduction is None:
            due[f"{name}_reduction"] = NOTHING
            due[name] = sheet.line(label, f"{yuan(vat)} × {percent(rate)}", full, source)
            continue
        taken = due[f"{name}_reduction"] = fen(full * share)
        formula = f"{yuan(vat)} × {percent(rate)} − {yuan(full)} × {percent(share)}"
        due[name] = sheet.line(label, formula, full - taken, source, reduction)
    return Surcharges(**due)


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    found = surcharges_on(given["vat"], given["location"], law, sheet, halved=given["halved"], blame="halved")
    return {**vars(found), "total": found.total}


SURCHARGES = Calculator(
    kind="surcharges",
    title=gettext_lazy("附加税费"),
    dated_by="date",
    fields=(
        Money(name="vat", label=gettext_lazy("实际缴纳的增值税")),
        LOCATION,
        HALVED,
        Day(name="date", label=gettext_lazy("日期"), help=gettext_lazy("决定适用的规定，默认今天"), required=False),
    ),
    compute=_compute,
    outputs={
        "city": "money",
        "city_reduction": "money",
        "edu": "money",
        "edu_reduction": "money",
        "local_edu": "money",
        "local_edu_reduction": "money",
        "total": "money",
    },
)
