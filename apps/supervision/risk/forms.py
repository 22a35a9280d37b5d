"""What the steps of a risk case ask (Art 32)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.asking import FittedForm
from apps.kernel.casework.models import Case
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.facts import catalogue, disputes
from apps.supervision.risk.explaining import figure_in_words
from apps.supervision.risk.indicators import LABELS, Rules, indicators
from apps.supervision.risk.models import Level

LEVELS = (Level.REMINDER, Level.ASSESSMENT, Level.AUDIT)  # the harsher, the later


class ExplainForm(forms.Form):
    """The payer explains."""

    reason = forms.CharField(
        label=_("说明"),
        help_text=_("请说明数据为什么会这样，例如季节性停产、一次性采购；有凭证的可以写明名称和编号。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CorrectForm(forms.Form):
    """The payer has corrected a return."""

    number = forms.CharField(
        label=_("更正申报的办件编号"),
        help_text=_("可以在“我的办件”中找到；在办税服务厅更正、没有编号的可以不填。"),
        max_length=20,
        required=False,
    )
    reason = forms.CharField(
        label=_("更正了什么"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("例如：补报2026年9月未开票收入 12,000 元。"),
    )


class DisputeForm(FittedForm):
    """The payer says a figure is wrong."""

    field = forms.ChoiceField(
        label=_("哪一项数据有误"), choices=lambda: [(e.code, e.label) for e in catalogue.entries().values()]
    )
    claimed = forms.CharField(label=_("正确的值"), max_length=200)
    reason = forms.CharField(
        label=_("理由"),
        help_text=_("例如依据哪份申报表或凭证。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def fit(self, case: Case) -> None:
        """Only the figures the reminder rests on, with their values, and none that is disputed already."""
        already, known = disputes.open_of(case.applicant), catalogue.entries()
        self.fields["field"].choices = [
            (figure["field"], figure_in_words(figure))
            for figure in {each["field"]: each for row in case.detail.trace for each in row["figures"]}.values()
            if figure["field"] in known and figure["value"] is not None and figure["field"] not in already
        ]


class ConcludeForm(ReasonForm):
    """What came of it, indicator by indicator where they differ."""

    confirmed = forms.MultipleChoiceField(
        label=_("属实的指标"),
        choices=lambda: [(each.code, f"{each.code} {each.name}") for each in indicators().values()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只有部分指标属实的，勾选属实的；都属实的不用勾选。"),
        required=False,
    )
    field_order = ("confirmed", "reason")

    def fit(self, case: Case) -> None:
        """Only what the case rests on can prove true."""
        super().fit(case)
        rests_on = {row["code"] for row in case.detail.trace}
        field = self.fields["confirmed"]
        field.choices = [choice for choice in field.choices if choice[0] in rests_on]

    def clean_confirmed(self) -> list[int]:
        """Codes as numbers."""
        return [int(code.removeprefix("R")) for code in self.cleaned_data["confirmed"]]


class TuneForm(forms.Form):
    """Other weights, thresholds and levels, to try on a past run."""

    def __init__(self, *args, rules, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for level in LEVELS:
            self.fields[f"level_{level.value}"] = forms.DecimalField(
                label=level.label,
                min_value=Decimal(0),
                max_value=Decimal(100),
                decimal_places=2,
                initial=rules.levels[level],
            )
        for number, indicator in indicators().items():
            self.fields[f"weight_{number}"] = forms.DecimalField(
                label=f"{indicator.code} {indicator.name}",
                min_value=Decimal(0),
                max_value=Decimal(10),
                decimal_places=1,
                initial=rules.weights[number],
            )
            for name, value in rules.thresholds[number].items():
                self.fields[f"limit_{number}_{name}"] = forms.DecimalField(
                    label=f"{indicator.code} {LABELS[name]}",
                    max_digits=18,
                    decimal_places=4,
                    initial=value,
                    required=False,  # a form that leaves thresholds out leaves them as they are
                )

    def clean(self) -> dict[str, Any]:
        """The levels follow on one another.

        :raises ValidationError: when a harsher level begins below a milder one.
        """
        data = super().clean()
        least = [data[name] for name in (f"level_{level.value}" for level in LEVELS) if name in data]
        if least != sorted(least):
            raise ValidationError(_t("最低分应当依次不低于前一级：提醒提示、纳税评估、税务检查。"))
        return data

    @property
    def weights(self) -> list[forms.BoundField]:
        """Levels and weights."""
        return [field for field in self if field.name.startswith(("level_", "weight_"))]

    @property
    def limits(self) -> list[forms.BoundField]:
        """Thresholds."""
        return [field for field in self if field.name.startswith("limit_")]

    @property
    def limits_touched(self) -> bool:
        """Whether some threshold is not as it was, or typed wrongly."""
        return any(field.errors or field.name in self.changed_data for field in self.limits if self.is_bound)

    def tuned(self, rules: Rules) -> Rules:
        """The rules with what was typed."""
        data = self.cleaned_data

        def limit(number: int, name: str, value: Decimal) -> Decimal:
            typed = data[f"limit_{number}_{name}"]
            return value if typed is None else typed

        return replace(
            rules,
            levels={level: data[f"level_{level}"] for level in rules.levels},
            weights={number: data[f"weight_{number}"] for number in rules.weights},
            thresholds={
                number: {name: limit(number, name, value) for name, value in values.items()}
                for number, values in rules.thresholds.items()
            },
        )


class ProposeForm(TuneForm):
    """The same numbers, proposed for the law with a reason."""

    reason = forms.CharField(label=_("变更理由"), max_length=300)
