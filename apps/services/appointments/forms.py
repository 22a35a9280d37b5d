"""What visitors, clerks and programs fill in about an appointment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField
from apps.kernel.parties.models import phone_number
from apps.services.appointments.models import Half, Slot
from apps.services.sites.models import BusinessLine


class DetailsForm(forms.Form):
    """Who comes, and how to reach them."""

    identity_code = forms.CharField(
        label=_("到场人的居民身份证号码"),
        max_length=40,
        help_text=_("与登记的实名信息核对，到场时请带身份证原件。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("联系电话"),
        max_length=20,
        validators=[phone_number],
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    note = forms.CharField(
        label=_("需要我们知道的"), max_length=200, required=False, help_text=_("例如：坐轮椅、需要手语翻译、有人陪同。")
    )


class SlotForm(forms.Form):
    """The half-hour chosen. Which of them are open and free is decided when it is taken."""

    slot = forms.ModelChoiceField(
        queryset=Slot.objects.none(),
        label=_("时间"),
        error_messages={"required": _("请选择一个时间。"), "invalid_choice": _("请选择列出的时间。")},
    )

    def __init__(self, *args: Any, among: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = among


class WaitForm(forms.Form):
    """The day, and the half of it, somebody waits for."""

    day = DateField(label=_("日期"))
    half = forms.ChoiceField(label=_("半天"), required=False, choices=[("", _("全天")), *Half.choices])


class ReasonForm(forms.Form):
    """Why an appointment was missed."""

    reason = forms.CharField(
        label=_("未能到场的原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("例如：当天住院、公共交通中断。必要时我们会与您电话核实。"),
    )


class DecisionForm(forms.Form):
    """The counter's decision on an appeal."""

    upheld = forms.TypedChoiceField(
        label=_("处理结果"),
        choices=[("yes", _("成立，不计未到")), ("no", _("不成立"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=_("处理意见"), max_length=200, required=False, help_text=_("不成立的，请写明理由；内容会告知申诉人。")
    )


class OnDayForm(forms.Form):
    """Whose appointments a clerk looks at."""

    day = DateField(label=_("日期"), required=False)


class CounterSearchForm(forms.Form):
    """What a clerk books for somebody, and when."""

    line = forms.ModelChoiceField(
        queryset=BusinessLine.objects.filter(active=True), to_field_name="code", label=_("办什么业务"), empty_label=None
    )
    day = DateField(label=_("日期"))


class CounterDetailsForm(DetailsForm):
    """At the counter the telephone on record will do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identity_code"].help_text = _("请核对身份证原件。")
        self.fields["phone"].required = False
        self.fields["phone"].help_text = _("不填则用登记的电话。")
