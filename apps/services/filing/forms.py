"""The questions a return asks, one a page."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField, MoneyField
from apps.kernel.rules.calculators.headings import FARMLAND, SETTLEMENT
from apps.kernel.rules.calculators.property_behaviour import SourceTax
from apps.kernel.workcalendar import clock
from apps.services.filing import falling_due
from apps.services.filing.models import Return, percent

REASON = forms.Textarea(attrs={"rows": 3})


class DeclareForm(forms.Form):
    """The figure the taxpayer declares; why, where it differs from the import."""

    declared = MoneyField(label=_("申报金额（元）"), min_value=Decimal(0))
    reason = forms.CharField(
        label=_("差异说明"),
        help_text=_("与预填数不同时必填，例如：未开票收入、发票已红冲。"),
        max_length=500,
        required=False,
        widget=REASON,
    )


class DisputeForm(forms.Form):
    """What the imported value should be, and why it is wrong."""

    claimed = MoneyField(label=_("您认为正确的金额（元）"), min_value=Decimal(0))
    reason = forms.CharField(
        label=_("预填数为什么不对？"),
        help_text=_("例如：缺少某张发票、某张发票不是本单位取得。请不要填写他人的信息。"),
        max_length=500,
        widget=REASON,
    )


class AddRateForm(forms.Form):
    """Sales at a rate the invoices do not show."""

    rate = forms.TypedChoiceField(label=_("税率"), coerce=Decimal)
    declared = MoneyField(label=_("不含税销售额（元）"), min_value=Decimal(0))
    reason = forms.CharField(label=_("说明"), help_text=_("例如：未开票收入。"), max_length=500, widget=REASON)

    RATES = {
        Return.TaxpayerType.GENERAL: ("0.13", "0.09", "0.06", "0"),
        Return.TaxpayerType.SMALL_SCALE: ("0.01", "0.03"),
    }

    def __init__(self, *args, tax_return: Return, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        present = {figure.rate for figure in tax_return.figures.all()}
        self.fields["rate"].choices = [
            (rate, f"{percent(Decimal(rate))}%")
            for rate in self.RATES[tax_return.taxpayer_type]
            if Decimal(rate) not in present
        ]


class SourceForm(forms.Form):
    """One source of property and behaviour taxes; the words follow the tax."""

    name = forms.CharField(
        label=_("名称"), help_text=_("例如：厂房地址、合同编号、车牌号码。请不要填写个人信息。"), max_length=120
    )
    item = forms.ChoiceField(label=_("税目"))
    base = MoneyField(label=_("计税依据"), min_value=Decimal(0))
    deductions = MoneyField(
        label=_("扣除项目金额（元）"),
        help_text=_("转让或者清算时填写：取得土地和开发的成本、费用、税金等，按规定加计后的合计。"),
        min_value=Decimal(0),
        required=False,
    )
    basic_farmland = forms.BooleanField(label=_("占用的是基本农田"), required=False)
    relief = forms.ChoiceField(label=_("减免情形"), required=False)
    occasional = forms.BooleanField(
        label=_("按次申报"),
        help_text=_("偶尔发生、不按固定期限申报的勾选；经常发生的不勾选，按期合并申报。"),
        required=False,
    )
    since = DateField(label=_("取得或者书立日期"))
    until = DateField(label=_("转出或者终止日期"), required=False, help_text=_("仍在持有的不填。"))

    def __init__(self, *args, tax: SourceTax, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].label, self.fields["since"].label = tax.base, tax.since
        today = clock.today()
        if tax.items:
            self.fields["item"].choices = [("", _("请选择")), *tax.items]
            self.fields["item"].label = tax.asks
        else:
            del self.fields["item"]
        if SETTLEMENT not in dict(tax.items):
            del self.fields["deductions"]
        if tax.items is not FARMLAND:
            del self.fields["basic_farmland"]
        if tax.reliefs:
            self.fields["relief"].choices = [("", _("没有")), *((each.code, each.label) for each in tax.reliefs)]
        else:
            del self.fields["relief"]
        if not falling_due.may_be_occasional(tax.code, today):
            del self.fields["occasional"]
        if falling_due.needs_event(tax.code, today):
            self.fields["until"].label = _("准备办理权属登记的日期")
            self.fields["until"].help_text = _("应当在办理权属登记前申报缴款。")
            self.fields["until"].required = True
        elif not tax.lasting:
            del self.fields["until"]
        if not tax.lasting:
            self.fields["since"].help_text = _("纳税义务发生的日期，决定在哪一期申报。")
