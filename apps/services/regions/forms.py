"""What staff ask other provinces, and what taxpayers allow."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField
from apps.services.regions.models import RecognitionKind, Region


class _WithRegion(forms.Form):
    """Names an active province."""

    region = forms.ModelChoiceField(Region.objects.filter(active=True), label=_("省市"), empty_label=_("请选择"))
    kind = forms.ChoiceField(label=_("内容"), choices=RecognitionKind.choices)


class QuestionForm(_WithRegion):
    """A question about a taxpayer of another province."""

    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=18)
    name = forms.CharField(label=_("名称"), max_length=120)
    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        help_text=_("写明办理的事项和办件编号；当事人会看到这段话。"),
    )


class ConsentForm(_WithRegion):
    """How long a province may ask."""

    valid_to = DateField(label=_("有效期至"), help_text=_("最长一年，可以随时撤回。"))
