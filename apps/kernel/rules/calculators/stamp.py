"""Stamp duty (印花税) by the items of the law's schedule."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import HALVED, NOTHING
from apps.kernel.rules.inputs import Choice, Day, InvalidInputs, Money
from apps.kernel.rules.money import fen
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan

SECURITIES = "securities"
ITEMS = (
    ("loan_contract", gettext_lazy("借款合同")),
    ("financial_lease_contract", gettext_lazy("融资租赁合同")),
    ("sales_contract", gettext_lazy("买卖合同")),
    ("work_contract", gettext_lazy("承揽合同")),
    ("construction_contract", gettext_lazy("建设工程合同")),
    ("transport_contract", gettext_lazy("运输合同")),
    ("technology_contract", gettext_lazy("技术合同")),
    ("lease_contract", gettext_lazy("租赁合同")),
    ("custody_contract", gettext_lazy("保管合同")),
    ("warehousing_contract", gettext_lazy("仓储合同")),
    ("property_insurance_contract", gettext_lazy("财产保险合同")),
    ("land_grant", gettext_lazy("土地使用权出让书据")),
    ("building_transfer", gettext_lazy("土地使用权、房屋等所有权转让书据")),
    ("share_transfer", gettext_lazy("股权转让书据")),
    ("ip_transfer", gettext_lazy("商标、著作权、专利、专有技术转让书据")),
    ("account_books", gettext_lazy("营业账簿")),
    (SECURITIES, gettext_lazy("证券交易（出让方）")),
)


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    item, base = given["item"], given["amount"] - given["stated_vat"]
    if base < 0:
        raise InvalidInputs({"stated_vat": _("列明的增值税税款不能大于金额。")})
    code = f"stamp.{item.replace('_', '-')}"
    rate, source = law.number(code), law.row(code)
    full = fen(base * rate)
    formula = f"{yuan(base)} × {percent(rate)}"
    if item == SECURITIES:
        # Securities have a reduction of their own and no share in the halving of the six taxes.
        reducing = law.row("stamp.securities.reduction")
    elif given["halved"]:
        reducing = law.row("six-taxes.reduction", blame="halved")
    else:
        return {"tax": sheet.line(str(source.title), formula, full, source), "reduction": NOTHING}
    share = reducing.number
    reduction = fen(full * share)
    formula = f"{formula} − {yuan(full)} × {percent(share)}"
    return {"tax": sheet.line(source.title, formula, full - reduction, source, reducing), "reduction": reduction}


STAMP_DUTY = Calculator(
    kind="stamp-duty",
    title=gettext_lazy("印花税"),
    dated_by="date",
    fields=(
        Choice(name="item", label=gettext_lazy("税目"), choices=ITEMS),
        Money(
            name="amount",
            label=gettext_lazy("计税金额"),
            help=gettext_lazy("合同所列金额；营业账簿为实收资本与资本公积的增加额"),
        ),
        HALVED,
        Money(
            name="stated_vat",
            label=gettext_lazy("金额中列明的增值税税款"),
            help=gettext_lazy("合同单独列明税款的才从金额中减除"),
            required=False,
            default=NOTHING,
        ),
        Day(name="date", label=gettext_lazy("书立日期"), help=gettext_lazy("决定适用的规定，默认今天"), required=False),
    ),
    compute=_compute,
    outputs={"tax": "money", "reduction": "money"},
)
