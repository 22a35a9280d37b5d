"""Property and behaviour taxes of a period in one calculation (财产和行为税合并申报): ten taxes, one line a source.

A payer says what is taxed: the grade of the land, the kind of vehicle, the pollutant. The rate is the law's, the
one in force on the day the tax arises.
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
from apps.kernel.rules.calculators.headings import (
    CLEANER,
    ENVIRONMENTAL,
    FARMLAND,
    LAND_APPRECIATION,
    LAND_USE,
    PROPERTY,
    RESOURCE,
    SETTLEMENT,
    VEHICLE_VESSEL,
    VEHICLES_SPARED,
    Headings,
    Relief,
)
from apps.kernel.rules.calculators.surcharges import HALVED, NOTHING
from apps.kernel.rules.inputs import Choice, Count, Day, Flag, InvalidInputs, Money, MonthOrQuarter, Records
from apps.kernel.rules.models import Parameter
from apps.kernel.rules.money import fen
from apps.kernel.rules.worksheet import Law, Worksheet, bracket_for, percent, yuan

MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True)
class SourceTax:
    """One of the ten taxes: what is taxed, under which headings, and whether the halving of six taxes reaches it.

    ``lasting`` taxes are due by the month for as long as the source lasts; the others once, when it arises, by a return
    of that day or, always where ``monthly``, by the return of that month.
    ``from_next_month``: a source that lasts is taxed from the month after it is acquired, not from that month.
    ``reliefs``: facts of a source for which the law takes a share of the tax off. ``rules`` names the rule of a heading
    that is not called after it.
    """

    code: str
    title: Promise
    base: Promise  # what the base is called, with its unit
    since: Promise  # the day the tax arises, or what is taxed is acquired
    asks: Promise | str = ""  # what the heading is a fact of
    items: Headings = ()
    lasting: bool = False
    monthly: bool = False
    from_next_month: bool = False
    halved: bool = False
    reliefs: tuple[Relief, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """How the calculation's answer calls its amount."""
        return self.code.replace("-", "_")

    def rate_code(self, item: str | None) -> str:
        """The rule of the law that sets its rate."""
        return dict(self.rules).get(item or "") or f"{self.code}.{(item or 'rate').replace('_', '-')}"

    def relief_code(self, relief: str) -> str:
        """The rule of the law that says which share a relief takes off."""
        return f"{self.code}.relief.{relief.replace('_', '-')}"


TAXES: dict[str, SourceTax] = {
    tax.code: tax
    for tax in (
        SourceTax(
            "stamp",
            gettext_lazy("印花税"),
            gettext_lazy("合同或者账簿所列金额（元）"),
            gettext_lazy("书立日期"),
            asks=gettext_lazy("税目"),
            halved=True,
            items=tuple((code, label) for code, label in stamp.ITEMS if code != stamp.SECURITIES),
        ),
        SourceTax(
            "property",
            gettext_lazy("房产税"),
            gettext_lazy("房产原值或者全年租金（元）"),
            gettext_lazy("取得或者出租日期"),
            asks=gettext_lazy("计征方式"),
            items=PROPERTY,
            rules=(("value", "property.rate.value"), ("rent", "property.rate.rent")),
            lasting=True,
            from_next_month=True,
            halved=True,
        ),
        SourceTax(
            "land-use",
            gettext_lazy("城镇土地使用税"),
            gettext_lazy("占用土地面积（平方米）"),
            gettext_lazy("取得日期"),
            asks=gettext_lazy("土地等级"),
            items=LAND_USE,
            lasting=True,
            from_next_month=True,
            halved=True,
        ),
        SourceTax(
            "vehicle-vessel",
            gettext_lazy("车船税"),
            gettext_lazy("计税单位数量（辆、吨、米）"),
            gettext_lazy("取得日期"),
            asks=gettext_lazy("车船种类和排气量、吨位或者长度"),
            items=VEHICLE_VESSEL,
            reliefs=VEHICLES_SPARED,
            lasting=True,
        ),
        SourceTax(
            "resource",
            gettext_lazy("资源税"),
            gettext_lazy("销售额（元）或者销售数量（立方米）"),
            gettext_lazy("销售日期"),
            asks=gettext_lazy("应税资源"),
            items=RESOURCE,
            halved=True,
        ),
        SourceTax(
            "environmental",
            gettext_lazy("环境保护税"),
            gettext_lazy("污染当量数、固体废物吨数或者噪声超标月数"),
            gettext_lazy("排放日期"),
            asks=gettext_lazy("污染物"),
            items=ENVIRONMENTAL,
            reliefs=CLEANER,
        ),
        SourceTax(
            "deed",
            gettext_lazy("契税"),
            gettext_lazy("成交价格（元，不含增值税）"),
            gettext_lazy("权属转移合同签订日期"),
        ),
        SourceTax(
            "land-appreciation",
            gettext_lazy("土地增值税"),
            gettext_lazy("转让收入（元，不含增值税）"),
            gettext_lazy("转让合同签订或者收款日期"),
            asks=gettext_lazy("清算，还是预征"),
            items=LAND_APPRECIATION,
            rules=((SETTLEMENT, "land-appreciation.brackets"),),
        ),
        SourceTax(
            "farmland",
            gettext_lazy("耕地占用税"),
            gettext_lazy("实际占用耕地面积（平方米）"),
            gettext_lazy("收到占用耕地书面通知的日期"),
            asks=gettext_lazy("耕地所在区"),
            items=FARMLAND,
            halved=True,
        ),
        SourceTax(
            "tobacco",
            gettext_lazy("烟叶税"),
            gettext_lazy("收购烟叶实际支付的价款总额（元）"),
            gettext_lazy("收购日期"),
            monthly=True,
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
    Count(name="months", label=gettext_lazy("应税月份数"), most=Decimal(MONTHS_OF_A_YEAR), required=False),
    Money(name="deductions", label=gettext_lazy("扣除项目金额"), required=False),
    Flag(name="basic_farmland", label=gettext_lazy("占用的是基本农田")),
    Choice(
        name="relief",
        label=gettext_lazy("减免情形"),
        choices=tuple((relief.code, relief.label) for tax in TAXES.values() for relief in tax.reliefs),
        required=False,
    ),
    Day(name="date", label=gettext_lazy("纳税义务发生日期"), required=False),
)


def check(
    levy: str, item: str | None, deductions: Decimal | None, *, basic_farmland: bool = False, relief: str | None = None
) -> None:
    """Whether heading and other facts go with the tax.

    :raises ValidationError: naming ``item``, ``deductions``, ``basic_farmland`` or ``relief``.
    """
    tax = TAXES[levy]
    if tax.items and item not in dict(tax.items):
        raise ValidationError({"item": _("请选择“%(tax)s”的税目。") % {"tax": tax.title}})
    if not tax.items and item:
        raise ValidationError({"item": _("“%(tax)s”没有税目，请留空。") % {"tax": tax.title}})
    if item == SETTLEMENT and not deductions:
        raise ValidationError({"deductions": _("请填写扣除项目金额，增值率按它计算。")})
    if item != SETTLEMENT and deductions:
        raise ValidationError({"deductions": _("“%(tax)s”不减扣除项目，请留空。") % {"tax": tax.title}})
    if basic_farmland and tax.items is not FARMLAND:
        raise ValidationError({"basic_farmland": _("只有耕地占用税区分基本农田。")})
    if relief and not any(each.code == relief and item in each.items for each in tax.reliefs):
        raise ValidationError({"relief": _("这种减免情形不适用于所选的税目，请留空或者重新选择税目。")})


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    due = dict.fromkeys((tax.name for tax in TAXES.values()), NOTHING)
    reductions = NOTHING
    for number, detail in enumerate(given["details"], start=1):
        try:
            check(
                detail["levy"],
                detail["item"],
                detail["deductions"],
                basic_farmland=detail["basic_farmland"],
                relief=detail["relief"],
            )
            tax, reduction = _one(detail, given, _law_of(detail, law), sheet)
        except ValidationError as error:
            why = [f"{name}: {text}" for name, texts in error.message_dict.items() for text in texts]
            told = [_("第 %(n)s 行 %(why)s") % {"n": number, "why": each} for each in why]
            raise InvalidInputs({"details": told}) from error
        due[TAXES[detail["levy"]].name] += tax
        reductions += reduction
    return {**due, "reduction": reductions, "total": sum(due.values(), NOTHING)}


def _law_of(detail: Mapping[str, Any], law: Law) -> Law:
    """The law of the day a source's tax arises, which may be an earlier one than the period's last."""
    if detail["date"] is None:
        return law
    return Law.on_day(detail["date"], "date", pending=law.pending)


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
        source = law.row(TAXES["property"].rate_code(method))
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
    """A tax of one rate, which its heading names."""
    tax, base = TAXES[detail["levy"]], detail["base"]
    rate = law.row(tax.rate_code(detail["item"]))
    sources: list[Parameter] = [rate]
    full, formula = base * rate.number, f"{yuan(base)} × {rate.number.normalize():f}"
    if detail["basic_farmland"]:
        times = law.row("farmland-basic.multiplier")
        full, formula = full * times.number, f"{formula} × {times.number.normalize():f}"
        sources.append(times)
    if tax.lasting:
        full, formula = full * months / MONTHS_OF_A_YEAR, f"{formula} ÷ {MONTHS_OF_A_YEAR} × {months}"
    full, reduction = fen(full), NOTHING
    # No tax has both reliefs of its own and a part in the halving.
    reducing: Parameter | None = None
    if detail["relief"]:
        reducing = law.row(tax.relief_code(detail["relief"]))
    elif tax.halved and given["halved"]:
        reducing = law.row("six-taxes.reduction", blame="halved")
    if reducing is not None:
        reduction = fen(full * reducing.number)
        formula = f"{formula} − {yuan(full)} × {percent(reducing.number)}"
        sources.append(reducing)
    return sheet.line(rate.title, formula, full - reduction, *sources), reduction


PROPERTY_BEHAVIOUR = Calculator(
    kind="property-behaviour",
    title=gettext_lazy("财产和行为税"),
    dated_by="period",
    fields=(
        MonthOrQuarter(name="period", label=gettext_lazy("所属期")),
        Records(
            name="details",
            label=gettext_lazy("税源明细"),
            help=gettext_lazy("由 levy、item、base、months、deductions、basic_farmland、relief、date 组成的列表"),
            columns=_DETAIL,
        ),
        HALVED,
    ),
    compute=_compute,
    outputs={**{tax.name: "money" for tax in TAXES.values()}, "reduction": "money", "total": "money"},
)
