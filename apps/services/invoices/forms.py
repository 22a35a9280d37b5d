"""Forms of invoices: handing files in, and choosing a month."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_UPLOAD = 20 * 1024 * 1024


class FilesInput(forms.ClearableFileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked like one."""

    widget = FilesInput(attrs={"accept": ".xml,.zip"})

    def clean(self, data: Any, initial: Any = None) -> list:
        files = data if isinstance(data, list | tuple) else [data]
        checked = [super(FilesField, self).clean(file, initial) for file in files] or super().clean(None, initial)
        if sum(file.size for file in checked) > MAX_UPLOAD:
            raise ValidationError(_("一次上传的文件合计不超过 20 MB。请分批上传。"))
        return checked


class UploadForm(forms.Form):
    """Hand in electronic invoices."""

    files = FilesField(
        label=_("电子发票文件"),
        help_text=_("从电子税务局下载的数电票 XML 原件，可一次选多个，也可上传 ZIP 压缩包。"),
    )


class MonthForm(forms.Form):
    """A month, by the browser's own control."""

    month = forms.CharField(label=_("月份"), required=False, widget=forms.TextInput(attrs={"type": "month"}))

    def clean_month(self) -> tuple[int, int] | None:
        text = self.cleaned_data["month"]
        if not text:
            return None
        found = re.fullmatch(r"(20\d{2})-(0[1-9]|1[0-2])", text)
        if found is None:
            raise ValidationError(_("请按“2026-09”的样式填写月份。"))
        return int(found[1]), int(found[2])
