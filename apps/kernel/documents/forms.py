"""The code somebody types to check a document."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """One field: the verification code."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=40,
        help_text=_("印在文书下方，共 20 位字母和数字，例如 7K3M-9QXA-…。横线和大小写可以不区分。"),
        error_messages={"required": _("请输入文书下方的验证码。")},
    )
