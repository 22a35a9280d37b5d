"""What people type on the pages of policy guidance."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.kernel.facts import conditions
from apps.kernel.forms import DateField
from apps.kernel.rules import predicates
from apps.kernel.rules.models import PolicyVersion


class VersionForm(forms.ModelForm):
    """A proposed version of a policy."""

    valid_from = DateField(label=_("生效日期"))
    valid_to = DateField(label=_("终止日期"), required=False, help_text=_("没有终止日期的留空。"))
    url = forms.URLField(label=_("网址"), required=False, assume_scheme="https")
    predicate = forms.JSONField(
        label=_("判断条件"),
        help_text=_("JSON：all 同时满足，any 满足其一，not 不能满足，[字段, 运算符, 值]；金额以分为单位。"),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    class Meta:
        model = PolicyVersion
        fields = [
            "condition",
            "condition_en",
            "predicate",
            "benefit",
            "benefit_en",
            "valid_from",
            "valid_to",
            "source",
            "url",
            "confidence",
            "claim_mode",
            "straight_through",
            "note",
            "note_en",
            "reason",
        ]

    def clean_predicate(self) -> Any:
        """The predicate can be read, and asks of each fact what it can answer."""
        written = self.cleaned_data["predicate"]
        conditions.check(predicates.parse(written))
        return written

    def _post_clean(self) -> None:
        """Left to the use case, which knows the policy and who proposes."""


class DecisionForm(forms.Form):
    """What the second person decides."""

    decision = forms.ChoiceField(
        label=_("决定"), choices=[("approve", _("通过")), ("refuse", _("退回"))], widget=forms.RadioSelect
    )
    opinion = forms.CharField(label=_("复核意见"), help_text=_("退回时必须写明理由。"), max_length=300, required=False)

    def clean(self) -> None:
        if self.cleaned_data.get("decision") == "refuse" and not self.cleaned_data.get("opinion", "").strip():
            raise ValidationError({"opinion": _("请填写退回理由。")})


class TrialForm(forms.Form):
    """Which payer to try a version on."""

    taxpayer = forms.CharField(
        label=_("纳税人编号"),
        help_text=_("十位编号，或者统一社会信用代码。"),
        max_length=20,
    )
