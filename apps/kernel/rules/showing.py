"""What a dated rule says, in words (参数值): for those who look after the law, and for those who check a change."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.rules import values
from apps.kernel.rules.models import Parameter, Provision
from apps.kernel.rules.worksheet import percent
from apps.kernel.workcalendar import deadlines

UNITS = {
    "yuan": gettext_lazy("元"),
    "day": gettext_lazy("日"),
    "days": gettext_lazy("日"),
    "working_day": gettext_lazy("个工作日"),
    "week": gettext_lazy("周"),
    "month": gettext_lazy("个月"),
    "months": gettext_lazy("个月"),
    "year": gettext_lazy("年"),
    "minute": gettext_lazy("分钟"),
    "person": gettext_lazy("人"),
    "persons": gettext_lazy("人"),
    "points": gettext_lazy("分"),
    "times": gettext_lazy("次"),
    "square metres": gettext_lazy("平方米"),
    "yuan/m2": gettext_lazy("元/平方米"),
    "yuan/m2/year": gettext_lazy("元/平方米·年"),
    "yuan/m3": gettext_lazy("元/立方米"),
    "yuan/ton": gettext_lazy("元/吨"),
    "yuan/ton/year": gettext_lazy("元/吨·年"),
    "yuan/metre/year": gettext_lazy("元/米·年"),
    "yuan/vehicle/year": gettext_lazy("元/辆·年"),
    "yuan/equivalent": gettext_lazy("元/污染当量"),
    "yuan/month": gettext_lazy("元/月"),
}


def words(rule: Provision) -> str:
    """The value of a rule with its comparator and unit: 不超过（≤） 3,000,000 元."""
    try:
        value = rule.typed
    except ValidationError:  # a row entered past the form: shown as it stands
        return str(rule.value)
    if isinstance(value, values.TermValue):
        return value.note if value.term is None else deadlines.label(value.term, value.unit)
    if isinstance(value, tuple):
        return "；".join(_bracket(step, rule.unit) for step in value)
    said = _("没有限制") if value is None else _amount(value, rule.unit)
    return f"{rule.get_comparator_display()} {said}".strip()


def in_force(rule: Provision) -> Parameter | None:
    """The rule that holds on the first day of a proposed one, if any: what the proposal would change."""
    held = Parameter.objects.filter(code=rule.code, region=rule.region, valid_from__lte=rule.valid_from)
    return held.exclude(valid_to__lt=rule.valid_from).first()


def _amount(value: Decimal, unit: str) -> str:
    if unit in ("rate", "share"):
        return percent(value)
    if unit == "flag":
        return _("是") if value else _("否")
    return f"{value:,f} {UNITS.get(unit, '')}".strip()


def _bracket(step: values.Bracket, unit: str) -> str:
    """A step of yuan, or of a share of something."""
    shares = unit == "share"
    if step.upto is None:
        reach = _("其余部分")
    elif shares:
        reach = _("不超过 %(upto)s") % {"upto": percent(step.upto)}
    else:
        reach = _("不超过 %(upto)s 元") % {"upto": f"{step.upto:,f}"}
    said = {"reach": reach, "rate": percent(step.rate), "quick": percent(step.quick) if shares else f"{step.quick:,f}"}
    return _("%(reach)s：%(rate)s，速算扣除 %(quick)s") % said
