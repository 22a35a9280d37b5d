"""What payers and staff fill in about payments and refunds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField
from apps.kernel.ledger import exceptions
from apps.kernel.ledger.models import PaymentException


class RefundForm(forms.Form):
    """Why an overpayment is asked back."""

    reason = forms.CharField(label=_("申请理由"), max_length=200, help_text=_("例如：更正申报后多缴。"))


class DecisionForm(forms.Form):
    """Approve or refuse a refund."""

    decision = forms.ChoiceField(
        label=_("审批结果"), choices=[("approve", _("批准退还")), ("reject", _("不予批准"))], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("审批意见"), max_length=200, required=False, help_text=_("不予批准时必须说明理由。")
    )


class PaidOutForm(forms.Form):
    """By which transfer of the treasury a refund went back, and when."""

    reference = forms.CharField(label=_("退付凭证号"), help_text=_("国库收入退还书的编号。"), max_length=60)
    paid_on = DateField(label=_("退付日期"))


class ResolveForm(forms.ModelForm):
    """What came of a payment exception."""

    decision = forms.ChoiceField(label=_("处理"), choices=PaymentException.Decision.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("核实情况"), max_length=300, widget=forms.Textarea(attrs={"rows": 4}))

    class Meta:
        model = PaymentException
        fields = ["decision", "note"]

    def clean_decision(self) -> str:
        decision = self.cleaned_data["decision"]
        refusal = exceptions.refusal_to_book(self.instance) if decision == PaymentException.Decision.BOOK else ""
        if refusal:
            raise forms.ValidationError(refusal)
        return decision
