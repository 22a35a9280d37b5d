"""Property and behaviour taxes of a period in one calculation (财产和行为税合并申报): ten taxes, one line a source.

Stamp duty, property tax, deed tax, tobacco tax and land appreciation tax on a transfer follow the law held
here. Of the others, and of land appreciation tax paid in advance, no rate is held, so the payer states it
with the notice it stands in, and it is never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators import property_tax, stamp
from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import HALVED, NOTHING
from apps.kernel.rules.inputs import Choice, Count, InvalidInputs, Money, MonthOrQuarter, Number, Records
from apps.kernel.rules.money import fen
from apps.kernel.rules.worksheet import Law, Line, Worksheet, bracket_for, percent, yuan

MONTHS_OF_A_YEAR = 12
SETTLEMENT = "settlement"


@dataclass(frozen=True)
class SourceTax:
    """One of the ten taxes: what is taxed, how often, and whether the halving of six taxes reaches it.

    ``yearly`` taxes are due by the month for as long as the source lasts; the others once, when it arises.
    ``items`` are the headings the law held here knows, ``others`` what falls under none of them; ``held`` is the
    law's one rate. Without either the payer states the rate.
    """

    code: str
    title: Promise
    base: Promise  # what the base is called, with its unit
    yearly: bool = False
    halved: bool = False
    items: tuple[tuple[str, Promise], ...] = ()
    others: Promise | None = None
    held: str = ""
    rate: Promise | str = ""  # what the payer is asked for

    @property
    def own_rate(self) -> bool:
        """Whether the payer states the rate, of some headings at least."""
        return bool(self.rate)

    def states_rate(self, item: str | None) -> bool:
        """Whether the payer states the rate of a source under a heading."""
        return self.own_rate and not item

    @property
    def name(self) -> str:
        """How the calculation's answer calls its amount."""
        return self.code.replace("-", "_")


TAXES: dict[str, SourceTax] = {
    tax.code: tax
    for tax in (
        SourceTax(
            "stamp",
            gettext_lazy("印花税"),
            gettext_lazy("合同或者账簿所列金额（元）"),
            halved=True,
            items=tuple((code, label) for code, label in stamp.ITEMS if code != stamp.SECURITIES),
        ),
        SourceTax(
            "property",
            gettext_lazy("房产税"),
            gettext_lazy("房产原值或者全年租金（元）"),
            yearly=True,
            halved=True,
            items=(("value", gettext_lazy("从价：按房产原值")), ("rent", gettext_lazy("从租：按全年租金"))),
        ),
        SourceTax(
            "land-use",
            gettext_lazy("城镇土地使用税"),
            gettext_lazy("占用土地面积（平方米）"),
            yearly=True,
            halved=True,
            rate=gettext_lazy("每平方米年税额（元）"),
        ),
        SourceTax(
            "vehicle-vessel",
            gettext_lazy("车船税"),
            gettext_lazy("计税单位数量（辆、吨、米）"),
            yearly=True,
            rate=gettext_lazy("每计税单位年税额（元）"),
        ),
        SourceTax(
            "resource",
            gettext_lazy("资源税"),
            gettext_lazy("销售额（元）或者销售数量"),
            halved=True,
            rate=gettext_lazy("税率（如 0.05）或者单位税额（元）"),
        ),
        SourceTax(
            "environmental",
            gettext_lazy("环境保护税"),
            gettext_lazy("污染当量数、排放量或者分贝数"),
            rate=gettext_lazy("单位税额（元）"),
        ),
        SourceTax(
            "deed",
            gettext_lazy("契税"),
            gettext_lazy("成交价格（元，不含增值税）"),
            held="deed.rate",
        ),
        SourceTax(
            "land-appreciation",
            gettext_lazy("土地增值税"),
            gettext_lazy("转让收入（元，不含增值税）"),
            items=((SETTLEMENT, gettext_lazy("转让或者清算：按增值额和四级税率")),),
            others=gettext_lazy("预征：按转让收入和公布的预征率"),
            rate=gettext_lazy("预征率，例如 0.02"),
        ),
        SourceTax(
            "farmland",
            gettext_lazy("耕地占用税"),
            gettext_lazy("实际占用耕地面积（平方米）"),
            halved=True,
            rate=gettext_lazy("每平方米税额（元）"),
        ),
        SourceTax(
            "tobacco",
            gettext_lazy("烟叶税"),
            gettext_lazy("收购烟叶实际支付的价款总额（元）"),
            held="tobacco.rate",
        ),
    )
}

_DETAIL = (
    Choice(name="levy", label=gettext_lazy("税种"), choices=tuple((tax.code, tax.title) for tax in TAXES.values())),
    Choice(
        name="item",
        label=gettext_lazy("税目"),
        choices=tuple(choice for tax in TAXES.values() for choice in tax.items),
        required=False,
    ),
    Money(name="base", label=gettext_lazy("计税依据")),
    Number(name="rate", label=gettext_lazy("税率或者单位税额"), decimals=6, most=Decimal(10**6), required=False),
    Count(name="months", label=gettext_lazy("应税月份数"), most=Decimal(MONTHS_OF_A_YEAR), required=False),
    Money(name="deductions", label=gettext_lazy("扣除项目金额"), required=False),
)


def check(levy: str, item: str | None, rate: Decimal | None, deductions: Decimal | None, law: Law) -> None:
    """Whether item, rate and deductions go with the tax.

    :raises ValidationError: naming ``item``, ``rate`` or ``deductions``.
    """
    tax = TAXES[levy]
    if tax.items and item not in dict(tax.items) and (item or not tax.others):
        raise ValidationError({"item": _("请选择“%(tax)s”的税目。") % {"tax": tax.title}})
    if not tax.items and item:
        raise ValidationError({"item": _("“%(tax)s”没有税目，请留空。") % {"tax": tax.title}})
    if tax.states_rate(item) and rate is None:
        raise ValidationError({"rate": _("请填写税率或者单位税额。")})
    held = law.number(tax.held) if tax.held else None
    if not tax.states_rate(item) and rate not in (None, held):
        raise ValidationError({"rate": _("“%(tax)s”的税率由法律规定，请留空。") % {"tax": tax.title}})
    if item == SETTLEMENT and not deductions:
        raise ValidationError({"deductions": _("请填写扣除项目金额，增值率按它计算。")})
    if item != SETTLEMENT and deductions:
        raise ValidationError({"deductions": _("“%(tax)s”不减扣除项目，请留空。") % {"tax": tax.title}})


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    due = dict.fromkeys((tax.name for tax in TAXES.values()), NOTHING)
    reductions = NOTHING
    for number, detail in enumerate(given["details"], start=1):
        try:
            check(detail["levy"], detail["item"], detail["rate"], detail["deductions"], law)
            tax, reduction = _one(detail, given, law, sheet)
        except ValidationError as error:
            why = [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]
            told = [_("第 %(n)s 行 %(why)s") % {"n": number, "why": each} for each in why]
            raise InvalidInputs({"details": told}) from error
        due[TAXES[detail["levy"]].name] += tax
        reductions += reduction
    return {**due, "reduction": reductions, "total": sum(due.values(), NOTHING)}


def _one(detail: Mapping[str, Any], given: Given, law: Law, sheet: Worksheet) -> tuple[Decimal, Decimal]:
    """The tax of one source and the reduction in it."""
    if detail["levy"] == "stamp":
        answer = stamp.STAMP_DUTY.compute(
            {"item": detail["item"], "amount": detail["base"], "halved": given["halved"], "stated_vat": NOTHING},
            law,
            sheet,
        )
        return answer["tax"], answer["reduction"]
    months = detail["months"] if detail["months"] is not None else Decimal(given["period"].months)
    if detail["levy"] == "property":
        method = detail["item"]
        answer = property_tax.PROPERTY_TAX.compute(
            {
                "method": method,
                "original_value": detail["base"] if method == "value" else None,
                "rent": detail["base"] if method == "rent" else None,
                "individual_home": False,
                "halved": given["halved"],
            },
            law,
            sheet,
        )
        source = law.row(f"property.rate.{method}")
        annual, reduction = answer["annual"], answer["reduction"]
        formula = f"{yuan(annual)} ÷ {MONTHS_OF_A_YEAR} × {months}"
        due = sheet.line(_("本期房产税"), formula, annual * months / MONTHS_OF_A_YEAR, source)
        return due, fen(reduction * months / MONTHS_OF_A_YEAR)
    if detail["item"] == SETTLEMENT:
        return _on_value_added(detail["base"], detail["deductions"], law, sheet), NOTHING
    return _at_one_rate(detail, months, given, law, sheet)


def _on_value_added(income: Decimal, deductions: Decimal, law: Law, sheet: Worksheet) -> Decimal:
    """Land appreciation tax: the steps are of the value added as a share of the deductions."""
    schedule = law.row("land-appreciation.brackets")
    added = sheet.line(
        _("增值额"), f"max({yuan(income)} − {yuan(deductions)}, 0)", max(income - deductions, NOTHING), schedule
    )
    step = bracket_for(added / deductions, law.brackets("land-appreciation.brackets"))
    sheet.note(
        _("增值率"), f"{yuan(added)} ÷ {yuan(deductions)} = {percent(round(added / deductions, 4))}", schedule.source
    )
    formula = f"{yuan(added)} × {percent(step.rate)} − {yuan(deductions)} × {percent(step.quick)}"
    return sheet.line(_("应纳土地增值税"), formula, added * step.rate - deductions * step.quick, schedule)


def _at_one_rate(
    detail: Mapping[str, Any], months: Decimal, given: Given, law: Law, sheet: Worksheet
) -> tuple[Decimal, Decimal]:
    """A tax of one rate: the law's own where it is held, else the one the payer states."""
    tax, base = TAXES[detail["levy"]], detail["base"]
    rate = law.number(tax.held) if tax.held else detail["rate"]
    full, formula = base * rate, f"{yuan(base)} × {rate.normalize():f}"
    if tax.yearly:
        full, formula = full * months / MONTHS_OF_A_YEAR, f"{formula} ÷ {MONTHS_OF_A_YEAR} × {months}"
    full, reduction = fen(full), NOTHING
    sources = [law.row(tax.held).source if tax.held else _("税率由纳税人按所列文件填报")]
    if tax.halved and given["halved"]:
        halving = law.row("six-taxes.reduction", blame="halved")
        reduction = fen(full * halving.number)
        formula = f"{formula} − {yuan(full)} × {percent(halving.number)}"
        sources.append(halving.source)
    due = full - reduction
    sheet.lines.append(Line(str(tax.title), formula, due, "；".join(sources)))
    return due, reduction


PROPERTY_BEHAVIOUR = Calculator(
    kind="property-behaviour",
    title=gettext_lazy("财产和行为税"),
    dated_by="period",
    fields=(
        MonthOrQuarter(name="period", label=gettext_lazy("所属期")),
        Records(
            name="details",
            label=gettext_lazy("税源明细"),
            help=gettext_lazy("由 levy、item、base、rate、months、deductions 组成的列表"),
            columns=_DETAIL,
        ),
        HALVED,
    ),
    compute=_compute,
    outputs={**{tax.name: "money" for tax in TAXES.values()}, "reduction": "money", "total": "money"},
)
