"""What an order to correct and its steps ask for (Art 38)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import evidence
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.supervision.liability import access
from apps.supervision.liability.models import LiabilityOrder

_DIGITS = "〇一二三四五六七八九"
ARTICLES = 39


def numeral(number: int) -> str:
    """An article's number in Chinese: 35 is 三十五."""
    tens, ones = divmod(number, 10)
    return (f"{_DIGITS[tens] if tens > 1 else ''}十" if tens else "") + (_DIGITS[ones] if ones else "")


def articles() -> list[tuple[str, str]]:
    """The articles of the Measures as choices."""
    names = [f"第{numeral(number)}条" for number in range(1, ARTICLES + 1)]
    return [(name, name) for name in names]


class OrderForm(forms.ModelForm):
    """A breach found otherwise than by a clock: whose, of what, the facts."""

    office = forms.ModelChoiceField(
        Office.objects.none(), label=_("责任单位"), to_field_name="code", empty_label=_("请选择")
    )
    article = forms.ChoiceField(label=_("未履行的条款"), choices=lambda: [("", _("请选择")), *articles()])

    class Meta:
        model = LiabilityOrder
        fields = ["office", "article", "clause", "facts"]
        widgets = {"facts": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, actor: Actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.superior = actor.office
        self.fields["office"].queryset = access.below(actor)

    def detail(self) -> dict:
        """The order as the case keeps it."""
        return {"superior": self.instance.superior, **self.cleaned_data}


class CorrectionForm(forms.Form):
    """What was corrected."""

    correction = forms.CharField(
        label=_("改正情况"),
        help_text=_("责令单位会看到。写明为什么没有按时办理、现在怎样了、以后怎样避免。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    evidence = evidence.optional()


class OfficesReasonForm(ReasonForm):
    """A reason the other office reads."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("有关单位会看到这段话。请写明事实。")


class SuggestionForm(forms.Form):
    """A suggestion of discipline where the consequences were serious."""

    authority = forms.CharField(
        label=_("有权处理的机关"), help_text=_("依照管理权限有权给予处分的任免机关或者监察机关。"), max_length=120
    )
    clause = forms.CharField(label=_("依据的条款"), max_length=200)
    reason = forms.CharField(
        label=_("建议内容"),
        help_text=_("写明负有责任的岗位、造成的严重后果和建议。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
