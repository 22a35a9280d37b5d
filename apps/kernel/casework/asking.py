"""What opening a case or doing an action asks for, as the API describes it (``inputs``).

Read from the same forms that check what is given, so the description cannot say anything else.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.casework.procedures import Procedure, Transition
from apps.kernel.forms import DateField, MoneyField

# The first that fits names the type; a field of no kind named here is typed as text.
TYPES: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.BooleanField, "flag"),
    (forms.JSONField, "json"),
    (SimpleArrayField, "json"),
    (forms.MultipleChoiceField, "choices"),
    (forms.ModelMultipleChoiceField, "choices"),
    (forms.ModelChoiceField, "choice"),
    (forms.ChoiceField, "choice"),
    (MoneyField, "money"),
    (forms.DecimalField, "number"),
    (forms.FloatField, "number"),
    (forms.IntegerField, "integer"),
    (forms.DateTimeField, "datetime"),
    (forms.DateField, "date"),
    (forms.FileField, "file"),
)
# What a choice is that names one of more things than are listed: its code or reference.
REFERENCE = "reference"
KINDS = (*dict.fromkeys(name for _field, name in TYPES), REFERENCE, "text")


class FittedForm(forms.Form):
    """The form of an action that is fitted to the case it is asked of; as it stands it fits every case."""

    def fit(self, case: Case) -> None:
        """Offer only what the case allows, in words that are true of it."""


def form_of(row: Transition, case: Case, data: Any = None, files: Any = None) -> forms.Form:
    """The form of an action, as it is asked of one case."""
    form = (row.form or forms.Form)(data, files)
    if isinstance(form, FittedForm):
        form.fit(case)
    return form


def opening(procedure: Procedure) -> list[dict[str, Any]] | None:
    """What the detail of a new case holds; None where only the procedure's own pages can open one."""
    form = opening_form(procedure)
    return None if form is None else described(form.base_fields)


def opening_form(procedure: Procedure) -> type[forms.Form] | type[forms.ModelForm] | None:
    """The form that checks a new case's detail: the flow's own, or the one over the pages."""
    if isinstance(procedure.asks, type):
        return procedure.asks
    if procedure.asks:
        return forms.modelform_factory(procedure.detail, fields=procedure.asks, formfield_callback=_by_reference)
    names = tuple(name for page in procedure.pages for name in page.fields)
    return form_over(procedure.detail, names) if names else None


@lru_cache(maxsize=512)
def form_over(detail: type[CaseDetail], names: tuple[str, ...]) -> type[forms.ModelForm]:
    """The form over some fields of a detail; made once, as making it costs more than asking it."""
    return forms.modelform_factory(detail, fields=names, formfield_callback=column_field)


def described(fields: Mapping[str, forms.Field]) -> list[dict[str, Any]]:
    """The fields of a form as data."""
    return [_described(name, field) for name, field in fields.items()]


def _described(name: str, field: forms.Field) -> dict[str, Any]:
    word = next((word for kind, word in TYPES if isinstance(field, kind)), "text")
    choices = [
        {"value": str(value), "label": str(label)}
        for value, label in getattr(field, "choices", ())
        if value not in ("", None)
    ]
    return {
        "name": name,
        "type": word if choices or not word.startswith("choice") else REFERENCE,
        "label": str(field.label or ""),
        "help": str(field.help_text or ""),
        "required": field.required,
        "max_length": getattr(field, "max_length", None),
        "choices": choices,
    }


def column_field(column: Any, **given: Any) -> forms.Field | None:
    """A column's usual field; a day understands what our own pages understand, and a wrong type is a wrong day."""
    field = column.formfield(**given)
    return column.formfield(**given, form_class=DateField) if type(field) is forms.DateField else field


def _by_reference(column: Any, **given: Any) -> forms.Field | None:
    """A flow of its own is given the code or reference of what it asks for: not all there are are listed."""
    if column.remote_field is None:
        return column_field(column, **given)
    return column.formfield(**given, queryset=column.remote_field.model._default_manager.none())  # noqa: SLF001
