"""One collected sum: what it must hold, and the coded reasons for which a batch is refused (Art 23)."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.delegated.models import LEVIES, CollectedItem, DelegatedAgreement, GridCollector
from apps.kernel.forms import DateField
from apps.kernel.ledger import periods
from apps.kernel.workcalendar import clock

# The columns of a file: their headings, in Chinese and in the API's words.
COLUMNS = {
    "receipt_number": "收据号",
    "payer_name": "缴费人名称",
    "payer_code": "证件或信用代码",
    "levy": "税费种",
    "period": "所属期",
    "amount": "金额（元）",
    "collected_on": "代征日期",
    "place": "代征地点",
    "certificate": "代征证编号",
}
OPTIONAL = frozenset({"payer_code", "certificate"})
IN_FORCE, ENDED = "in_force", ("terminated", "expired")


class Refusal(models.TextChoices):
    """Why something is not taken in; the codes of the API."""

    FIELD = "field", gettext_lazy("内容填写不正确")
    NOT_IN_FORCE = "agreement_not_in_force", gettext_lazy("协议没有生效或者已经终止")
    TERM = "outside_agreement_term", gettext_lazy("代征日期不在协议期限内")
    LEVY = "levy_not_covered", gettext_lazy("协议不包括这个税费种")
    AREA = "area_not_covered", gettext_lazy("协议不包括这个地点")
    UNIT = "unit_suspect", gettext_lazy("金额超过单笔上限，可能把“分”写成了“元”")
    DOUBLED = "receipt_doubled", gettext_lazy("收据号重复")
    COLLECTOR = "collector_unknown", gettext_lazy("代征证编号不在协议内")
    TOTALS = "totals_differ", gettext_lazy("控制总数不符")


class ItemRow(forms.Form):
    """A collected sum as it is delivered."""

    receipt_number = forms.RegexField(
        r"^[\w.\-]+$",
        label=gettext_lazy("收据号"),
        max_length=30,
        error_messages={"invalid": gettext_lazy("收据号只能用字母、数字和 . - 。")},
    )
    payer_name = forms.CharField(label=gettext_lazy("缴费人名称"), max_length=120)
    payer_code = forms.CharField(label=gettext_lazy("证件或信用代码"), max_length=18, required=False)
    levy = forms.CharField(label=gettext_lazy("税费种"), max_length=60)
    period = forms.CharField(label=gettext_lazy("所属期"), max_length=20)
    amount = forms.DecimalField(
        label=gettext_lazy("金额（元）"),
        max_digits=13,
        decimal_places=2,
        min_value=Decimal("0.01"),
        error_messages={
            "invalid": gettext_lazy("金额请填数字，以元为单位，不写“万元”等字样。"),
            "min_value": gettext_lazy("金额应大于零。"),
            "max_decimal_places": gettext_lazy("金额以元为单位，最多两位小数。"),
        },
    )
    collected_on = DateField(label=gettext_lazy("代征日期"))
    place = forms.CharField(label=gettext_lazy("代征地点"), max_length=120)
    certificate = forms.CharField(label=gettext_lazy("代征证编号"), max_length=30, required=False)

    def clean_payer_code(self) -> str:
        return "".join(self.cleaned_data["payer_code"].split()).upper()

    def clean_period(self) -> str:
        try:
            periods.span(self.cleaned_data["period"])
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return self.cleaned_data["period"]

    def clean_collected_on(self) -> dt.date:
        if self.cleaned_data["collected_on"] > clock.today():
            raise ValidationError(_("代征日期不能晚于今天。"))
        return self.cleaned_data["collected_on"]


def column(name: str) -> str:
    """A field of a row, or of the batch as a whole, as people read it."""
    if name in ItemRow.base_fields:
        return str(ItemRow.base_fields[name].label)
    whole = {"control_count": _("控制笔数"), "control_total": _("控制金额"), "agreement": _("协议")}
    return whole.get(name, name)


@dataclass
class Checked:
    """What the check of a batch found."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def problem(self, row: int, name: str, code: str, message: str = "") -> None:
        """Row 0 is the batch as a whole."""
        self.problems.append(
            {"row": row, "field": name, "code": str(code), "message": str(message or Refusal(code).label)}
        )


def _day(agreement: DelegatedAgreement, day: dt.date) -> tuple[Refusal, str] | None:
    """Why the collector might not collect on that day: outside the dates, or after it was ended."""
    if not agreement.begins <= day <= agreement.ends:
        message = _("协议期限是 %(begins)s 至 %(ends)s。")
        return Refusal.TERM, message % {"begins": agreement.begins, "ends": agreement.ends}
    if agreement.case.state in ENDED and day > agreement.ended_on:
        return Refusal.NOT_IN_FORCE, _("协议已于 %s 终止，此后不得再代征。") % agreement.ended_on
    return None


def covers_place(agreement: DelegatedAgreement, place: str) -> bool:
    """Whether a place lies in the area; an area of several places names them apart by 、."""
    return any(part.strip() and part.strip() in place for part in agreement.area.split("、"))


def check(raw: list[Any], agreement: DelegatedAgreement) -> Checked:
    """Every row's shape, then whether the agreement covers it; receipts that came before in one query."""
    found = Checked()
    names = {str(name): code for code, name in LEVIES} | {code: code for code, _name in LEVIES}
    certificates = {each.certificate: each for each in GridCollector.objects.filter(agreement=agreement)}
    seen: dict[str, int] = {}
    for place, given in enumerate(raw, start=1):
        row = given if isinstance(given, dict) else {}
        form = ItemRow({name: "" if row.get(name) is None else str(row.get(name)) for name in COLUMNS})
        if not form.is_valid():
            for name, messages in form.errors.items():
                for message in messages:
                    found.problem(place, name, Refusal.FIELD, message)
            continue
        item = {"row": place, **form.cleaned_data, "levy": names.get(form.cleaned_data["levy"], "")}
        _covered(item, agreement, certificates, found)
        if first := seen.get(item["receipt_number"]):
            found.problem(place, "receipt_number", Refusal.DOUBLED, _("收据号与第 %d 行重复。") % first)
        seen.setdefault(item["receipt_number"], place)
        found.rows.append(item)
    known = CollectedItem.objects.filter(agreement=agreement, receipt_number__in=seen)
    for number in known.values_list("receipt_number", flat=True):
        found.problem(seen[number], "receipt_number", Refusal.DOUBLED, _("这个收据号此前已经入账。"))
    return found


def _covered(
    item: dict[str, Any], agreement: DelegatedAgreement, certificates: dict[str, GridCollector], found: Checked
) -> None:
    place = item["row"]
    if item["levy"] not in agreement.levies:
        found.problem(place, "levy", Refusal.LEVY, _("协议只包括：%s。") % agreement.levy_names)
    if wrong := _day(agreement, item["collected_on"]):
        found.problem(place, "collected_on", *wrong)
    if not covers_place(agreement, item["place"]):
        found.problem(place, "place", Refusal.AREA, _("协议的代征范围是：%s。") % agreement.area)
    if item["amount"] > agreement.largest:
        found.problem(
            place,
            "amount",
            Refusal.UNIT,
            _("超过单笔上限 %s 元。请核对单位是不是元。") % f"{agreement.largest:,.2f}",
        )
    collector = certificates.get(item["certificate"]) if item["certificate"] else None
    if item["certificate"] and (
        collector is None
        or item["collected_on"] < collector.valid_from
        or (collector.valid_to is not None and item["collected_on"] > collector.valid_to)
    ):
        message = "" if collector is None else _("这个代征证当日不在有效期内。")
        found.problem(place, "certificate", Refusal.COLLECTOR, message)
    item["collector"] = collector
