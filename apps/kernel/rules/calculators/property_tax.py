"""Property tax of a year by value or by rent (房产税)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules.calculators.base import Amounts, Calculator, Given
from apps.kernel.rules.calculators.surcharges import HALVED, NOTHING
from apps.kernel.rules.inputs import Choice, Day, Flag, InvalidInputs, Money
from apps.kernel.rules.money import fen
from apps.kernel.rules.worksheet import Law, Worksheet, percent, yuan


def _compute(given: Given, law: Law, sheet: Worksheet) -> Amounts:
    _refuse_the_other_base(given)
    if given["method"] == "value":
        remaining, rate = law.number("property.remaining"), law.number("property.rate.value")
        sources = [law.row("property.rate.value"), law.row("property.remaining")]
        full = fen(given["original_value"] * remaining * rate)
        formula = f"{yuan(given['original_value'])} × {percent(remaining)} × {percent(rate)}"
    else:
        code = "property.rate.home-rent" if given["individual_home"] else "property.rate.rent"
        rate, sources = law.number(code), [law.row(code)]
        full = fen(given["rent"] * rate)
        formula = f"{yuan(given['rent'])} × {percent(rate)}"
    reduction = NOTHING
    if given["halved"]:
        halving = law.row("six-taxes.reduction", blame="halved")
        share = law.number("six-taxes.reduction")
        reduction = fen(full * share)
        formula = f"{formula} − {yuan(full)} × {percent(share)}"
        sources.append(halving)
    annual = sheet.line(_("全年应纳房产税"), formula, full - reduction, *sources)
    return {"annual": annual, "reduction": reduction}


def _refuse_the_other_base(given: Given) -> None:
    wanted, other = ("original_value", "rent") if given["method"] == "value" else ("rent", "original_value")
    errors = {}
    if given[wanted] is None:
        errors[wanted] = _("请填写此项。")
    if given[other] is not None:
        errors[other] = _("按所选的计征方式不使用此项，请留空。")
    if given["individual_home"] and given["method"] == "value":
        errors["individual_home"] = _("个人出租住房按租金计征，请选择从租计征。")
    if errors:
        raise InvalidInputs(errors)


PROPERTY_TAX = Calculator(
    kind="property-tax",
    title=gettext_lazy("房产税"),
    dated_by="date",
    fields=(
        Choice(
            name="method",
            label=gettext_lazy("计征方式"),
            choices=(("value", gettext_lazy("从价")), ("rent", gettext_lazy("从租"))),
        ),
        Money(
            name="original_value", label=gettext_lazy("房产原值"), help=gettext_lazy("从价计征时填写"), required=False
        ),
        Money(
            name="rent",
            label=gettext_lazy("全年租金（不含增值税）"),
            help=gettext_lazy("从租计征时填写"),
            required=False,
        ),
        Flag(name="individual_home", label=gettext_lazy("个人出租住房")),
        HALVED,
        Day(name="date", label=gettext_lazy("日期"), help=gettext_lazy("决定适用的规定，默认今天"), required=False),
    ),
    compute=_compute,
    outputs={"annual": "money", "reduction": "money"},
)
