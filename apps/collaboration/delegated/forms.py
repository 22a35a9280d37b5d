"""What collectors and the tax office type (Art 23)."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField, MoneyField

REASON = forms.Textarea(attrs={"rows": 3})
LEAST = Decimal("0.01")


class FileForm(forms.Form):
    """A file of collections with its control totals."""

    prefix = "file"

    file = forms.FileField(label=_("文件"), help_text=_("Excel（.xlsx）或者 CSV，不超过 10 MB、500 行。"))
    control_count = forms.IntegerField(label=_("控制笔数"), min_value=1, help_text=_("文件里一共几笔。"))
    control_total = MoneyField(label=_("控制金额（元）"), min_value=LEAST, max_digits=18, decimal_places=2)


class CollectorForm(forms.Form):
    """A person who collects."""

    prefix = "collector"

    name = forms.CharField(label=_("姓名"), max_length=60)
    certificate = forms.CharField(label=_("代征证编号"), max_length=30)
    username = forms.CharField(
        label=_("网格员账户"), max_length=60, required=False, help_text=_("街道网格员填写其登录账户，可以不填。")
    )


class TransferForm(forms.Form):
    """A bank transfer of remitted money."""

    prefix = "transfer"

    amount = MoneyField(label=_("转账金额（元）"), min_value=LEAST, max_digits=18, decimal_places=2)
    bank_reference = forms.CharField(label=_("银行流水号"), max_length=40)
    paid_on = DateField(label=_("转账日期"))


class PenaltyForm(forms.Form):
    """Why the collector is at fault."""

    prefix = "penalty"

    reason = forms.CharField(
        label=_("过错认定"),
        help_text=_("代征单位会看到。写明事实；不是代征单位过错的，不加收。"),
        max_length=300,
        widget=REASON,
    )


class YearForm(forms.Form):
    """Which year's fee."""

    prefix = "fee"

    year = forms.IntegerField(label=_("结算年度"), min_value=2013, max_value=2999)


class PlanForm(forms.Form):
    """When and what to inspect."""

    prefix = "plan"

    planned_on = DateField(label=_("检查日期"))
    scope = forms.CharField(label=_("检查内容"), max_length=300, widget=REASON)


class AssignForm(forms.Form):
    """Who paid, by code."""

    prefix = "assign"

    code = forms.CharField(
        label=_("缴费人代码"), help_text=_("18 位统一社会信用代码或者居民身份证号码。"), max_length=24
    )


class RegisterForm(forms.Form):
    """Who paid, by name and number."""

    prefix = "register"

    id_number = forms.CharField(label=_("居民身份证号码"), help_text=_("按来件的姓名登记，并记为已缴。"), max_length=24)


class PaidForm(forms.Form):
    """When and by which transfer the fee was paid out."""

    prefix = "paid"

    paid_on = DateField(label=_("支付日期"))
    reference = forms.CharField(label=_("支付凭证号"), help_text=_("国库集中支付凭证的编号。"), max_length=40)
