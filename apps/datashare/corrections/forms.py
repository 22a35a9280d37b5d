"""The form of a clerk's report (Art 19)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.kernel.facts import catalogue
from apps.kernel.parties.models import Party


class ReportedForm(forms.Form):
    """Whose value, which, what it should be, and why; through the API the party by its reference."""

    party = forms.CharField(label=_("纳税人、缴费人"), max_length=40)
    field = forms.ChoiceField(
        label=_("项目"), choices=lambda: [(e.code, e.label) for e in catalogue.entries().values()]
    )
    claimed = forms.CharField(label=_("应为"), max_length=100, help_text=_("金额以元为单位。"))
    reason = forms.CharField(label=_("理由"), max_length=1000)


class ReportForm(forms.Form):
    """The same on the page, the party by its code."""

    code = forms.CharField(label=_("统一社会信用代码或者公民身份号码"), max_length=18)
    field = forms.ChoiceField(label=_("项目"))
    claimed = forms.CharField(label=_("应为"), max_length=100, help_text=_("金额以元为单位。"))
    reason = forms.CharField(
        label=_("理由"),
        max_length=1000,
        help_text=_("发现的事实和依据，数据所在单位据此核实。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [("", _("请选择")), *((e.code, e.label) for e in catalogue.entries().values())]

    def clean_code(self) -> str:
        """Find the party; it is kept as ``party``."""
        code = self.cleaned_data["code"].strip().upper()
        found = Party.objects.filter(organisation__uscc=code) | Party.objects.filter(person__id_number=code)
        self.party = found.select_related("office").first()
        if self.party is None:
            raise ValidationError(_("没有这个纳税人、缴费人，请核对代码。"))
        return code
