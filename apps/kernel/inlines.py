"""Tables of rows inside an admin form, whose fields say their column's name to those who do not see it."""

from typing import Any

from django.contrib import admin
from django.forms import BaseInlineFormSet


class LabelledFormSet(BaseInlineFormSet):
    """Django's admin writes the label of a table's field once, in the head of its column; a screen reader needs it."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs["aria-label"] = field.label


class LabelledInline(admin.TabularInline):
    """Rows of another table, edited where they belong."""

    formset = LabelledFormSet
    extra = 0
