"""The form of a dispute."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DisputeForm(forms.Form):
    """What the value should be, and why."""

    claimed = forms.CharField(label=_("您认为正确的值"), max_length=100)
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        help_text=_("例如：与某月申报表、合同或证书不一致。请不要填写他人的信息。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
