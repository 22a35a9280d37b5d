"""What agencies and their supervisors type in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField
from apps.services.agencies.models import AnnualReport, ConductRecord


class ReportForm(forms.ModelForm):
    """The yearly report."""

    class Meta:
        model = AnnualReport
        fields = ["year", "staff", "clients", "income"]

    def _post_clean(self) -> None:
        """The use case checks the row as a whole; the form only its shape."""


class ConductForm(forms.Form):
    """One piece of conduct and the paper it rests on."""

    kind = forms.ChoiceField(label=_("行为"), choices=ConductRecord.Kind.choices)
    source = forms.CharField(label=_("来源文书"), max_length=120, help_text=_("文书名称和编号。"))
    happened_on = DateField(label=_("发生日期"))


class WithdrawForm(forms.Form):
    """Why a record is taken back."""

    reason = forms.CharField(label=_("撤销理由"), max_length=300)
