"""What clerks, heads, banks and auditors type about accounts."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.banks import asking, grounds, pay_orders
from apps.collaboration.banks.grounds import LEVIES, Measure, Regime
from apps.collaboration.banks.models import FROZEN, AccountOrder, AccountRead, PayOrder
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.forms import DateField, MoneyField
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock

_AREA = forms.Textarea(attrs={"rows": 4})
_CENT = Decimal("0.01")
_PLAIN_AMOUNT = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,2})?")


def _money(label, **more: Any) -> MoneyField:
    return MoneyField(label=label, **more)


class PayOrderForm(forms.Form):
    """Which charges must be paid, and by when."""

    regime = forms.ChoiceField(label=gettext_lazy("类别"), choices=Regime.choices)
    charges = forms.ModelMultipleChoiceField(
        Charge.objects.none(),
        label=gettext_lazy("责令缴纳的款项"),
        to_field_name="ref",
        widget=forms.CheckboxSelectMultiple,
    )
    pay_by = DateField(label=gettext_lazy("缴纳期限"), help_text=gettext_lazy("最长十五日。"))

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = frozenset().union(*LEVIES.values())
        field: Any = self.fields["charges"]
        field.queryset = Charge.objects.filter(party=party, levy__kind__in=kinds).open().select_related("levy")
        field.label_from_instance = lambda each: f"{each.levy} {each.period} · {each.outstanding:,.2f}"
        self.initial.setdefault("pay_by", pay_orders.latest(clock.today()))


class RequestForm(forms.Form):
    """What every request needs: the power, the bank, two officers, the facts."""

    ground = forms.ChoiceField(label=gettext_lazy("法律依据"))
    bank = forms.ModelChoiceField(
        Office.objects.filter(kind=Office.Kind.BANK, active=True),
        label=gettext_lazy("金融机构"),
        to_field_name="code",
        empty_label=gettext_lazy("请选择"),
    )
    facts = forms.CharField(
        label=gettext_lazy("事实和理由"),
        help_text=gettext_lazy("批准机关据此审查，告知当事人时也写明；不告知金融机构。"),
        max_length=1000,
        widget=_AREA,
    )
    first_certificate = forms.CharField(label=gettext_lazy("您的执法证号"), max_length=30)
    second_officer = forms.ModelChoiceField(
        None, label=gettext_lazy("第二名执法人员"), to_field_name="username", empty_label=gettext_lazy("请选择")
    )
    second_certificate = forms.CharField(label=gettext_lazy("第二名执法人员的执法证号"), max_length=30)

    measure = ""

    def __init__(self, *args: Any, party: Party, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ground: Any = self.fields["ground"]
        ground.choices = [(each.code, f"{each.title}（{each.clause}）") for each in asking.opens(self.measure, party)]
        second: Any = self.fields["second_officer"]
        second.queryset = asking.colleagues(actor)
        self.narrow(party)

    def narrow(self, party: Party) -> None:
        """Leave out what this party is not asked about."""


class EnquiryForm(RequestForm):
    """What the bank is asked to say."""

    measure = Measure.ENQUIRY
    wants_accounts = forms.BooleanField(
        label=gettext_lazy("开户情况（账号、账户性质、开户日期）"), required=False, initial=True
    )
    wants_balances = forms.BooleanField(label=gettext_lazy("余额"), required=False)
    since = DateField(label=gettext_lazy("资金往来起"), help_text=gettext_lazy("不查资金往来的留空。"), required=False)
    until = DateField(label=gettext_lazy("资金往来止"), required=False)
    matter = forms.CharField(
        label=gettext_lazy("案件编号"),
        help_text=gettext_lazy("查询个人储蓄存款时必填。"),
        max_length=40,
        required=False,
    )


class OrderForm(RequestForm):
    """How much, from which account, after which order to pay."""

    limit = _money(gettext_lazy("金额（元）"), min_value=_CENT)
    account = forms.CharField(
        label=gettext_lazy("账号"),
        help_text=gettext_lazy("不填则由金融机构在其名下账户中执行。"),
        max_length=40,
        required=False,
    )
    pay_order = forms.ModelChoiceField(
        PayOrder.objects.none(),
        label=gettext_lazy("责令限期缴纳"),
        to_field_name="ref",
        required=False,
        empty_label=gettext_lazy("没有"),
    )
    dependants = forms.IntegerField(
        label=gettext_lazy("所扶养家属人数"),
        help_text=gettext_lazy("据此保留生活费；没有的填 0。"),
        min_value=0,
        required=False,
    )

    def narrow(self, party: Party) -> None:
        order: Any = self.fields["pay_order"]
        order.queryset = PayOrder.objects.filter(party=party).order_by("-id")
        order.label_from_instance = lambda each: (
            _("%(amount)s 元，期限 %(day)s")
            % {
                "amount": f"{each.amount:,.2f}",
                "day": each.pay_by,
            }
        )
        if party.kind != Party.Kind.PERSON:
            del self.fields["dependants"]


class FreezeForm(OrderForm):
    """Why money must be secured."""

    measure = Measure.FREEZE
    signs = forms.CharField(
        label=gettext_lazy("转移、隐匿的迹象"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    security_asked_on = DateField(
        label=gettext_lazy("责成提供纳税担保的日期"),
        help_text=gettext_lazy("依据第三十八条冻结的，先责成提供担保。"),
        required=False,
    )


class DeductForm(OrderForm):
    """From which freeze, if any."""

    measure = Measure.DEDUCT
    preservation = forms.ModelChoiceField(
        AccountOrder.objects.none(),
        label=gettext_lazy("从哪一次冻结中扣缴"),
        required=False,
        empty_label=gettext_lazy("不从冻结的存款中扣缴"),
    )

    def narrow(self, party: Party) -> None:
        super().narrow(party)
        frozen: Any = self.fields["preservation"]
        frozen.queryset = AccountOrder.objects.filter(
            party=party,
            ground__in=[code for code, _title in grounds.choices(Measure.FREEZE)],
            case__state__in=FROZEN,
        ).select_related("case", "bank")
        frozen.label_from_instance = lambda each: f"{each.case.number} {each.bank} {each.frozen:,.2f}"
        if not frozen.queryset:
            del self.fields["preservation"]


class EnquiryAnswerForm(forms.Form):
    """The bank's answer, a line an account and a line a movement."""

    accounts = forms.CharField(
        label=gettext_lazy("账户"),
        help_text=gettext_lazy(
            "一行一个账户：账号, 账户性质, 开户日期, 余额。没有查询的项留空；金额里不写千分位逗号。"
        ),
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    movements = forms.CharField(
        label=gettext_lazy("资金往来"),
        help_text=gettext_lazy("一行一条：账号, 日期, 金额（支出为负）, 对方, 摘要。没有查询的留空。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    none = forms.BooleanField(label=gettext_lazy("经查询，当事人在本机构没有账户"), required=False)

    def clean(self) -> dict[str, Any]:
        """The lines as rows, movements under their account."""
        given = super().clean() or {}
        if bool(given.get("accounts")) is bool(given.get("none")):
            raise ValidationError({"accounts": _("请填写查到的账户；没有账户的，勾选“没有账户”。")})
        rows: dict[str, dict[str, Any]] = {}
        for place, cells in _lines(given, "accounts", 4):
            number, kind, opened, balance = cells
            if not number or number in rows:
                raise ValidationError({"accounts": _("第 %d 行的账号空缺或者重复。") % place})
            rows[number] = {
                "number": _short(number, 40, "accounts", place),
                "kind": _short(kind, 40, "accounts", place),
                "opened_on": _day(opened, "accounts", place),
                "balance": _amount(balance, "accounts", place),
                "movements": [],
            }
        for place, cells in _lines(given, "movements", 5):
            number, on, amount, counterparty, summary = cells
            if number not in rows:
                raise ValidationError({"movements": _("第 %d 行的账号不在上面的账户里。") % place})
            day, sum_ = _day(on, "movements", place), _amount(amount, "movements", place)
            if day is None or not sum_:
                raise ValidationError({"movements": _("第 %d 行缺少日期或者金额。") % place})
            rows[number]["movements"].append(
                {
                    "on": day,
                    "amount": sum_,
                    "counterparty": _short(counterparty, 120, "movements", place),
                    "summary": _short(summary, 120, "movements", place),
                }
            )
        return {"accounts": list(rows.values())}


def _lines(given: dict[str, Any], field: str, width: int):
    for place, line in enumerate(given.get(field, "").splitlines(), start=1):
        if line.strip():
            cells = [cell.strip() for cell in line.replace("，", ",").split(",")]
            if len(cells) > width:  # as an amount written 1,234.50 makes it
                message = _("第 %(place)d 行多于 %(width)d 项。各项用逗号隔开，项内不能再有逗号。")
                raise ValidationError({field: message % {"place": place, "width": width}})
            yield place, cells + [""] * (width - len(cells))


def _short(text: str, most: int, field: str, place: int) -> str:
    """The text, which is never cut: a shortened account number is another one."""
    if len(text) > most:
        raise ValidationError(
            {field: _("第 %(place)d 行有一项超过 %(most)d 个字，请核对。") % {"place": place, "most": most}}
        )
    return text


def _day(text: str, field: str, place: int) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ValidationError({field: _("第 %d 行的日期请写成 2026-10-26。") % place}) from error


def _amount(text: str, field: str, place: int) -> Decimal | None:
    if text and not _PLAIN_AMOUNT.fullmatch(text):
        raise ValidationError({field: _("第 %d 行的金额请写成 1234.50。") % place})
    return Decimal(text) if text else None


class ExecutedForm(forms.Form):
    """What the bank did."""

    executed = _money(
        gettext_lazy("实际冻结、扣缴金额（元）"), min_value=ZERO, help_text=gettext_lazy("没有存款的填 0。")
    )
    left = _money(
        gettext_lazy("执行后账户余额（元）"),
        required=False,
        help_text=gettext_lazy("通知书要求保留生活费的才填写。"),
    )
    executed_on = DateField(label=gettext_lazy("执行日期"))
    reference = forms.CharField(label=gettext_lazy("本机构流水号"), max_length=60, required=False)


class ExtendForm(ReasonForm):
    """The approval of the State Taxation Administration, without which a freeze cannot be longer."""

    approval = forms.CharField(label=gettext_lazy("国家税务总局批准的文号"), max_length=60)
    field_order = ("approval", "reason")


class PartReleaseForm(ReasonForm):
    """How much of what is frozen is freed."""

    amount = _money(gettext_lazy("解除的金额（元）"), min_value=_CENT)
    field_order = ("amount", "reason")


class AgreementForm(forms.Form):
    """The security given and the day agreed."""

    security = forms.CharField(label=gettext_lazy("担保"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    until = DateField(label=gettext_lazy("延期缴费协议约定的日期"))


class PurposeForm(forms.Form):
    """Why account data is looked at."""

    purpose = forms.CharField(
        label=gettext_lazy("查阅目的"), help_text=gettext_lazy("会留痕，由审计人员复核。"), max_length=200
    )


class ReviewForm(forms.Form):
    """What the auditor finds of a reading."""

    finding = forms.ChoiceField(label=gettext_lazy("审计意见"), choices=AccountRead.Finding.choices)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=300, required=False)
