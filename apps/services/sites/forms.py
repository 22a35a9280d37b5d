"""What a visitor narrows the list of sites by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.districts import DISTRICTS
from apps.services.sites import directory


class SearchForm(forms.Form):
    """A district and a business line; nothing chosen shows all."""

    district = forms.ChoiceField(label=_("所在区"), required=False, choices=[("", _("全市")), *DISTRICTS.items()])
    line = forms.ChoiceField(
        label=_("办什么业务"),
        required=False,
        choices=lambda: [("", _("全部业务")), *((line.code, str(line)) for line in directory.lines())],
    )
