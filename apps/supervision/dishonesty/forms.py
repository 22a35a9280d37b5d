"""What a listing asks (Art 33)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField, MoneyField
from apps.kernel.parties.models import Party
from apps.supervision.dishonesty.models import DishonestyListing


class ProposeForm(forms.ModelForm):
    """Whom, for what, on which decision."""

    code = forms.CharField(label=_("统一社会信用代码"), max_length=18)
    decided_on = DateField(label=_("决定生效日期"))

    class Meta:
        model = DishonestyListing
        fields = ["kind", "amount", "share", "number", "decision", "decided_on", "facts"]
        field_classes = {"decided_on": DateField, "amount": MoneyField}

    field_order = ["code"]

    def clean_code(self) -> Party:
        """The taxpayer behind the code."""
        code = self.cleaned_data["code"].strip().upper()
        found = Party.objects.filter(organisation__uscc=code).select_related("office__parent").first()
        if found is None:
            raise ValidationError(gettext("没有这个统一社会信用代码的纳税人，请核对。"))
        return found
