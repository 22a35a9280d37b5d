"""What planning, drawing and recording ask; what market regulation tells (Art 33)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.facts.trades import TRADES
from apps.kernel.forms import DateField
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Office
from apps.supervision.joint.models import InspectionResult, JointInspection, MarketSignal


class PlanForm(forms.ModelForm):
    """What is inspected, of whom, with whom."""

    units = forms.ModelMultipleChoiceField(
        Office.objects.filter(kind=Office.Kind.DEPARTMENT, active=True),
        label=_("参加部门"),
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    district = forms.ChoiceField(
        label=_("所在区"),
        required=False,
        choices=[("", _("本单位管辖的全部")), *DISTRICTS.items()],
    )
    trade = forms.ChoiceField(
        label=_("行业"),
        required=False,
        choices=[("", _("所有行业")), *((section, name) for section, name in TRADES.items() if section)],
    )

    class Meta:
        model = JointInspection
        fields = ["title", "plan", "district", "trade", "least_score", "sample", "per_target"]
        widgets = {"plan": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"least_score": _("按最近一次风险扫描；0 为不限。")}


class NumberForm(forms.Form):
    """A department's own number."""

    number = forms.CharField(
        label=_("本单位的随机数"),
        help_text=_("4 至 40 位数字或者字母，可以掷骰子得到；提供后不能更改。"),
        max_length=40,
    )


class ResultForm(forms.Form):
    """What was found."""

    finding = forms.ChoiceField(label=_("结果"), choices=[("", _("请选择")), *InspectionResult.Finding.choices])
    note = forms.CharField(label=_("情况说明"), max_length=1000)


class FollowUpForm(forms.Form):
    """What came of a finding that needed more."""

    follow_up = forms.CharField(label=_("后续处理"), max_length=1000)


class SignalForm(forms.ModelForm):
    """One message of market regulation."""

    on = DateField(label=_("日期"))

    class Meta:
        model = MarketSignal
        fields = ["number", "kind", "code", "name", "on", "note"]
        field_classes = {"on": DateField}
