"""What is asked before a blocked run goes on or is dropped."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why a person decided so."""

    reason = forms.CharField(label=_("理由"), max_length=300, help_text=_("写明核实的情况，例如已向提供单位确认。"))
