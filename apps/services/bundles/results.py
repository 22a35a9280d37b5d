"""What departments state when they approve a part: forms over the columns of ``PartRecord``."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import MoneyField
from apps.kernel.parties import identifiers


class CreditCodeForm(forms.Form):
    """A market registration gives the unified social credit code (统一社会信用代码)."""

    number = forms.CharField(
        label=_("统一社会信用代码"), help_text=_("核准登记后的 18 位代码。"), max_length=18, min_length=18
    )

    def clean_number(self) -> str:
        return identifiers.clean_credit_code(self.cleaned_data["number"])


class IdentityNumberForm(forms.Form):
    """A birth on the household register gives the identity number (公民身份号码)."""

    number = forms.CharField(label=_("公民身份号码"), help_text=_("出生登记后的 18 位号码。"), max_length=18)

    def clean_number(self) -> str:
        return identifiers.clean_identity_number(self.cleaned_data["number"])


class QuotaForm(forms.Form):
    """A new taxpayer's monthly invoice quota (发票总额度)."""

    amount = MoneyField(label=_("每月发票总额度（元）"), min_value=Decimal("0.00"))


class AmountForm(forms.Form):
    """A monthly benefit or contribution."""

    amount = MoneyField(label=_("每月金额（元）"), min_value=Decimal("0.00"))


class ContributionsForm(forms.Form):
    """What somebody who insures themselves pays every month, insurance by insurance."""

    amount = MoneyField(label=_("每月养老保险费（元）"), min_value=Decimal("0.01"))
    medical_amount = MoneyField(
        label=_("每月医疗保险费（元）"),
        help_text=_("只参加养老保险的留空。"),
        min_value=Decimal("0.01"),
        required=False,
    )


def number_form(label: str, hint: str = "") -> type[forms.Form]:
    """A form that asks for one number, named in the department's own words."""

    class NumberForm(forms.Form):
        number = forms.CharField(label=label, help_text=hint, max_length=60)

    return NumberForm
