"""What courts and clerks type about judicial matters."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.collaboration.courts.models import ArrearsClaim, BankruptcyClaim, CourtSale
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.forms import DateField, MoneyField
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.models import Office

_CENT = Decimal("0.01")


def _money(label, **more: Any) -> MoneyField:
    return MoneyField(label=label, **more)


class _PartyCode(forms.ModelForm):
    party_code = forms.CharField(
        label=_("被执行人、债务人代码"),
        help_text=_("统一社会信用代码；自然人填居民身份证号码。"),
        max_length=18,
    )


class SaleForm(_PartyCode):
    """What the court wants computed."""

    class Meta:
        model = CourtSale
        fields = [
            "court_case",
            "thing",
            "description",
            "price",
            "original_value",
            "held_months",
            "area",
            "buyer_home",
        ]
        field_classes = {"price": MoneyField, "original_value": MoneyField}
        help_texts = {
            "description": _("坐落或者证券代码、数量。"),
            "original_value": _("有凭证的填写，用来计算财产转让所得。"),
            "held_months": _("住房填写。"),
            "area": _("住房填写。"),
        }

    field_order = ["court_case", "party_code"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["buyer_home"].required = False

    def clean(self) -> dict[str, Any]:
        """A home has an area and a time it was held."""
        given = super().clean()
        given["buyer_home"] = given.get("buyer_home") or CourtSale.BuyerHome.OTHER
        if given.get("thing") == CourtSale.Thing.HOME:
            for name in ("held_months", "area"):
                if given.get(name) is None:
                    self.add_error(name, _("住房须填写，用来确定增值税和契税。"))
        return given


class BankruptcyForm(_PartyCode):
    """What the court tells of a liquidation or bankruptcy it has accepted."""

    accepted_on = DateField(label=_("受理日期"))
    claim_by = DateField(label=_("债权申报期限"))

    class Meta:
        model = BankruptcyClaim
        fields = ["court_case", "accepted_on", "claim_by", "administrator", "contact"]

    field_order = ["court_case", "party_code"]


class ClaimForm(forms.ModelForm):
    """Against which execution arrears are claimed."""

    court = forms.ModelChoiceField(
        Office.objects.filter(kind=Office.Kind.COURT, active=True),
        label=_("人民法院"),
        to_field_name="code",
        empty_label=_("请选择"),
    )
    secured_on = DateField(
        label=_("标的设定抵押、质押的日期"),
        help_text=_("欠税发生在此之前的，先于抵押权、质权受偿。没有设定的留空。"),
        required=False,
    )

    class Meta:
        model = ArrearsClaim
        fields = ["court", "court_case", "secured_on", "facts"]


class SoldForm(forms.Form):
    """The price reached."""

    price = _money(_("成交价（元，含税）"), min_value=_CENT)
    sold_on = DateField(label=_("成交日期"))


class RemitForm(forms.Form):
    """Money remitted."""

    amount = _money(_("划付金额（元）"), min_value=_CENT)
    on = DateField(label=_("划付日期"))
    reference = forms.CharField(label=_("划付流水号"), max_length=60)


class ObjectionForm(ReasonForm):
    """What the administrator acknowledges, and why not more."""

    acknowledged_priority = _money(_("认可的优先债权（元）"), min_value=ZERO)
    acknowledged_ordinary = _money(_("认可的普通债权（元）"), min_value=ZERO)
    field_order = ("acknowledged_priority", "acknowledged_ordinary", "reason")


class ConfirmForm(forms.Form):
    """What the court confirms."""

    confirmed_priority = _money(_("确认的优先债权（元）"), min_value=ZERO)
    confirmed_ordinary = _money(_("确认的普通债权（元）"), min_value=ZERO)
