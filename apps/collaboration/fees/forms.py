"""What officers, clerks and payers type about sources."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.collaboration.fees.models import FeeDispute
from apps.kernel.forms import MoneyField

REASON = forms.Textarea(attrs={"rows": 3})


class FileForm(forms.Form):
    """A file of sources with its control totals."""

    prefix = "file"

    file = forms.FileField(
        label=_("文件"),
        help_text=_(
            "Excel（.xlsx）或者 CSV，不超过 10 MB、50,000 行。更多的请分成几批传递，每批填各自的控制笔数和控制金额。"
        ),
    )
    control_count = forms.IntegerField(label=_("控制笔数"), min_value=1, help_text=_("文件里一共几条费源。"))
    control_total = MoneyField(label=_("控制金额（元）"), min_value=Decimal("0.01"), max_digits=18, decimal_places=2)


class ChangeForm(forms.Form):
    """A new amount, and why."""

    prefix = "change"

    amount = MoneyField(label=_("更正后的金额（元）"), min_value=Decimal("0.01"), max_digits=13, decimal_places=2)
    reason = forms.CharField(
        label=_("变更理由"), help_text=_("缴费人会看到。写明文书和事实。"), max_length=180, widget=REASON
    )


class WithdrawForm(forms.Form):
    """Why a source is taken back."""

    prefix = "withdraw"

    reason = forms.CharField(
        label=_("撤销理由"), help_text=_("缴费人会看到。已缴的金额转为多缴，可以退还。"), max_length=180, widget=REASON
    )


class AssignForm(forms.Form):
    """Whose an unmatched source is."""

    prefix = "assign"

    code = forms.CharField(
        label=_("缴费人代码"),
        help_text=_("核实后填写：18 位统一社会信用代码，自然人填居民身份证号码。"),
        max_length=24,
    )


class SendBackForm(forms.Form):
    """Why nobody can be found."""

    prefix = "back"

    reason = forms.CharField(
        label=_("退回原因"), help_text=_("部门会看到。写明需要更正什么。"), max_length=280, widget=REASON
    )


class DisputeForm(forms.ModelForm):
    """What the payer holds to be right."""

    class Meta:
        model = FeeDispute
        fields = ["claimed", "reason"]
        field_classes = {"claimed": MoneyField}
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}
