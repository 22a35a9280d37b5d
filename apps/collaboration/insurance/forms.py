"""What officers, clerks, employers, payers and units type about contributions."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.collaboration.insurance.models import InsuranceExchange, PayerGroup
from apps.kernel.forms import MoneyField

REASON = forms.Textarea(attrs={"rows": 3})


class DeliverForm(forms.Form):
    """A file of an agency with its control totals. The page says when it was sent and in what unit."""

    prefix = "file"

    kind = forms.ChoiceField(label=_("内容"), choices=InsuranceExchange.Kind.choices)
    message_id = forms.RegexField(
        r"^[\w.\-]{4,80}$",
        label=_("报文编号"),
        help_text=_("本部门自己的编号，4 至 80 个字母、数字或者横线；同一编号只接收一次。"),
    )
    file = forms.FileField(label=_("文件"), help_text=_("CSV 或者 Excel（.xlsx），不超过 200 MB。金额以元为单位。"))
    control_count = forms.IntegerField(label=_("控制笔数"), min_value=1)
    control_total = MoneyField(
        label=_("控制金额（元）"),
        help_text=_("核定：单位和个人缴纳的合计；参保名单：缴费基数的合计；参保登记：填 0。"),
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=2,
    )


class AssignForm(forms.Form):
    """Whose an unmatched line is."""

    prefix = "assign"

    code = forms.CharField(
        label=_("缴费人代码"),
        help_text=_("核实后填写：18 位统一社会信用代码，自然人填居民身份证号码。"),
        max_length=24,
    )


class ReturnForm(forms.Form):
    """Why nobody can be found."""

    prefix = "back"

    reason = forms.CharField(
        label=_("退回原因"), help_text=_("部门会看到。写明需要更正什么。"), max_length=280, widget=REASON
    )


class SheetForm(forms.Form):
    """A month's sheet. The injury rate is asked for only when hrss has not delivered one."""

    period = forms.RegexField(r"^20\d\d-\d\d$", label=_("所属期"), help_text=_("例如：2026-09。"))
    injury_rate = forms.DecimalField(
        label=_("工伤保险费率"), help_text=_("按行业类别，如 0.002"), max_digits=6, decimal_places=5
    )
    file = forms.FileField(
        label=_("职工明细"), help_text=_("Excel（.xlsx）或者 CSV，不超过 20 MB：姓名、证件号码、月工资、变动。")
    )

    def __init__(self, *args, asks_rate: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not asks_rate:
            del self.fields["injury_rate"]


class RefundForm(forms.Form):
    """What the payer holds to be owed."""

    claimed = MoneyField(label=_("您认为应缴的金额（元）"), help_text=_("全部不应缴纳的，填 0。"), min_value=Decimal(0))
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("例如：职工当月已在其他单位参保，重复缴费。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ListForm(forms.Form):
    """A list of people; a department that assists has one kind only."""

    kind = forms.ChoiceField(
        label=_("类别"), choices=[each for each in PayerGroup.Kind.choices if each[0] != PayerGroup.Kind.ASSISTED]
    )
    title = forms.CharField(label=_("名称"), help_text=_("例如：三年级（1）班。"), max_length=60)
    year = forms.RegexField(r"^20\d\d$", label=_("参保年度"), help_text=_("例如：2027。"))
    file = forms.FileField(label=_("名单"), help_text=_("Excel（.xlsx）或者 CSV，两列：姓名、证件号码。"))

    def __init__(self, *args, asks_kind: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not asks_kind:
            del self.fields["kind"]
