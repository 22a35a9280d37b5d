"""The questions a return asks, one a page."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import MoneyField
from apps.services.filing.models import VatReturn, percent

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
        VatReturn.TaxpayerType.GENERAL: ("0.13", "0.09", "0.06", "0"),
        VatReturn.TaxpayerType.SMALL_SCALE: ("0.01", "0.03"),
    }

    def __init__(self, *args, vat_return: VatReturn, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        present = {figure.rate for figure in vat_return.figures.all()}
        self.fields["rate"].choices = [
            (rate, f"{percent(Decimal(rate))}%")
            for rate in self.RATES[vat_return.taxpayer_type]
            if Decimal(rate) not in present
        ]
