"""A dated rule as a person types it: a number stands as it is, other values as JSON."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from apps.kernel.rules.models import ParameterChange

EXAMPLES = gettext_lazy(
    "数值直接填写，例如 0.0005，留空为没有上限；"
    '期限例如 {"term": 5, "unit": "working_day"}；'
    '级距表例如 [{"upto": "36000", "rate": "0.03", "quick": "0"}, {"upto": null, "rate": "0.1", "quick": "2520"}]。'
)


class ValueField(forms.JSONField):
    """A number is kept to the last digit: it never becomes a float."""

    default_error_messages = {"invalid": gettext_lazy("请照下面的例子填写：数值直接填写，期限和级距表照样式填写。")}

    def to_python(self, value: Any) -> Any:
        try:
            return str(Decimal(value))
        except (InvalidOperation, TypeError, ValueError):
            return super().to_python(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data  # shown again as it was typed

    def prepare_value(self, value: Any) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        return super().prepare_value(value)


class ParameterChangeForm(forms.ModelForm):
    value = ValueField(label=gettext_lazy("值"), required=False, help_text=EXAMPLES)

    class Meta:
        model = ParameterChange
        exclude: tuple[str, ...] = ()
