"""Form fields every app shares."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _


class DateField(forms.DateField):
    """A day, asked for with the browser's own date control; also understands 2026年10月26日 and 20261026."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ["%Y-%m-%d", "%Y年%m月%d日", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d"]

    def __init__(self, **kwargs) -> None:
        super().__init__(input_formats=self.input_formats, **kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        """A number or a list, as the API may be given, is no day."""
        return super().to_python(value if value is None or isinstance(value, dt.date) else str(value))


class MomentField(forms.DateTimeField):
    """A day and time, as the API is given it; a number or a list is none."""

    def to_python(self, value: Any) -> dt.datetime | None:
        return super().to_python(value if value is None or isinstance(value, dt.date) else str(value))


class Undecided(forms.ModelForm):
    """Whose lists begin with no choice: a model that has none yet would have the browser make the first one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                given: Any = field.choices
                if not any(value in ("", None) for value, _label in given):
                    field.choices = [*BLANK_CHOICE_DASH, *given]


class MoneyField(forms.DecimalField):
    """An amount in yuan as people type it: 1,000,000.00, ￥1000000 and １０００ are understood; never a float."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": _("请填写金额，例如 84500.00。"),
        "max_decimal_places": _("金额最多两位小数。"),
        "max_digits": _("金额过大，请核对。"),
        "max_whole_digits": _("金额过大，请核对。"),
        "min_value": _("金额不能小于 %(limit_value)s。"),
    }

    def __init__(self, **kwargs) -> None:
        super().__init__(**{"max_digits": 16, "decimal_places": 2, **kwargs})

    def to_python(self, value):
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).translate(_NOT_DIGITS)
        return super().to_python(value)


_NOT_DIGITS = str.maketrans("", "", ", ，¥元\u00a0")


def add_refusal(form: forms.BaseForm, refusal: ValidationError | PermissionDenied) -> None:
    """A use case's refusal, on the fields of the form it names."""
    if not isinstance(refusal, ValidationError):
        form.add_error(None, str(refusal))
        return
    for name, texts in getattr(refusal, "message_dict", {"": refusal.messages}).items():
        form.add_error(name if name in form.fields else None, texts)
