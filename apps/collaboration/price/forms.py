"""What price determinations ask for: items, papers, prices, report, assessment (Art 27)."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms import inlineformset_factory
from django.utils.translation import gettext_lazy as _

from apps.collaboration import evidence, payers
from apps.collaboration.price.models import Method, PriceDetermination, PriceItem
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.forms import DateField, MoneyField
from apps.kernel.ledger.models import ZERO, Levy
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

MOST_ITEMS = 200
ROWS = 5  # of an empty application; more come with each look back


class ApplicationForm(forms.ModelForm):
    """Whose property, on which day, in what dispute."""

    bureau = forms.ModelChoiceField(
        Office.objects.filter(active=True, kind=Office.Kind.DEPARTMENT),
        label=_("价格认定机构"),
        to_field_name="code",
        empty_label=_("请选择"),
    )
    payer_code = forms.CharField(
        label=_("纳税人代码"), help_text=_("单位填统一社会信用代码，自然人填居民身份证号码。"), max_length=24
    )
    basis_date = DateField(label=_("价格认定基准日"), help_text=_("按哪一天的价格认定，例如纳税义务发生之日。"))

    class Meta:
        model = PriceDetermination
        fields = ["bureau", "payer_code", "ground", "purpose", "basis_date", "dispute"]
        widgets = {"dispute": forms.Textarea(attrs={"rows": 4})}

    def clean_payer_code(self) -> str:
        """The owner must be on the register."""
        code = self.cleaned_data["payer_code"]
        self.party = payers.by_code(code)
        if self.party is None:
            raise ValidationError(_("登记簿上没有这个纳税人、缴费人。"), code="unknown_payer")
        return code

    def clean_basis_date(self):
        """A price can only be found for a day that has come."""
        day = self.cleaned_data["basis_date"]
        if day > clock.today():
            raise ValidationError(_("基准日不能晚于今天。"), code="dates")
        return day


class ApiForm(ApplicationForm):
    """The application through the API: with its items, each an object of what is asked of one on the page."""

    items = forms.JSONField(label=_("标的"))


class ItemForm(forms.ModelForm):
    """One item of property."""

    declared = MoneyField(label=_("申报价格合计（元）"), required=False, min_value=ZERO)

    class Meta:
        model = PriceItem
        fields = ["name", "specification", "quantity", "unit", "declared"]


ItemFormSet = inlineformset_factory(
    PriceDetermination, PriceItem, form=ItemForm, extra=ROWS, can_delete=False, max_num=MOST_ITEMS, validate_max=True
)


class PriceForm(forms.Form):
    """What one item was worth."""

    method = forms.ChoiceField(label=_("认定方法"), choices=Method.choices)
    unit_price = MoneyField(label=_("认定单价（元）"), min_value=Decimal("0.01"))
    note = forms.CharField(label=_("说明"), max_length=300, required=False)


class ConcludeForm(forms.Form):
    """The report the conclusion rests on; the prices are on the items."""

    reason = forms.CharField(
        label=_("认定过程和依据"),
        help_text=_("写明查勘、市场调查、测算过程和依据；写入结论书。"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    evidence = evidence.optional()


class SupplyForm(ReasonForm):
    """What was missing."""

    evidence = evidence.optional()


class AssessForm(forms.Form):
    """Tax on a determined price."""

    rate = forms.ChoiceField(label=_("税费种和适用税率"))
    period = forms.CharField(label=_("所属期"), help_text=_("例如：2026-09、2026-09-15、2026。"), max_length=20)
    declared = MoneyField(label=_("已申报的计税价格（元）"), help_text=_("没有申报过的，填 0。"), min_value=ZERO)
    corrects = forms.CharField(
        label=_("更正哪一笔应征税费（没有的不填）"),
        help_text=_("填“我的账户”里那一笔的编号；填写后在原金额上补征。"),
        max_length=12,
        required=False,
    )

    def __init__(self, *args, rates: list[tuple[str, Levy, Decimal]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].choices = [
            (f"{levy.pk} {code}", f"{levy} {(rate * 100).normalize():f}%") for code, levy, rate in rates
        ]
