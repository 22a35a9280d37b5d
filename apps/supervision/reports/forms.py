"""The questions of a report, one a page, and the staff's forms (Art 36)."""

import re
from decimal import Decimal

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import MoneyField
from apps.kernel.parties.identifiers import validate_identity_number
from apps.kernel.parties.models import phone_number


class Violation(models.TextChoices):
    """What is reported."""

    EVASION = "evasion", _("偷税、少缴税款")
    ARREARS = "arrears", _("逃避追缴欠税")
    REFUND = "refund", _("骗取出口退税或者留抵退税")
    INVOICE = "invoice", _("虚开、伪造、买卖发票")
    OTHER = "other", _("其他税收违法行为")


class ModeForm(forms.Form):
    """Anonymous or named."""

    mode = forms.ChoiceField(
        label=_("您愿意留下身份吗？"),
        help_text=_("匿名检举同样受理，但依法没有奖金。实名的身份单独加密，只有经批准才能查阅。"),
        choices=[("anonymous", _("匿名检举")), ("named", _("实名检举"))],
        widget=forms.RadioSelect,
    )


class WhoForm(forms.Form):
    """Who is reported."""

    subject = forms.CharField(
        label=_("被检举的单位或者个人"), help_text=_("写全称；知道代码的，一并写上。"), max_length=200
    )
    address = forms.CharField(label=_("地址或者经营地点（可不填）"), max_length=200, required=False)


class WhatForm(forms.Form):
    """What happened."""

    kind = forms.ChoiceField(label=_("违法行为"), choices=Violation, widget=forms.RadioSelect)
    story = forms.CharField(
        label=_("发生了什么？"),
        help_text=_("时间、地点、做法、金额，以及您怎么知道的。不要写会暴露您自己的话。"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class IdentityForm(forms.Form):
    """Who reports."""

    name = forms.CharField(label=_("您的姓名"), max_length=60)
    id_number = forms.CharField(label=_("居民身份证号码"), max_length=18, validators=[validate_identity_number])
    phone = forms.CharField(label=_("联系电话"), max_length=20, validators=[phone_number])


class ReceiptForm(forms.Form):
    """Come back by receipt."""

    receipt = forms.CharField(
        label=_("回执码"),
        help_text=_("四组字符，字母不分大小写，可以不输连字符。"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class MessageForm(forms.Form):
    """A message of either side."""

    text = forms.CharField(label=_("新消息"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))


class FileForm(forms.Form):
    """A file of either side."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_(
            "PDF、图片、Word、Excel、OFD、XML 或者 ZIP，不超过 20 MB。照片里的拍摄地点等信息会在阅读用的副本中去掉。"
        ),
    )


class ClaimForm(forms.Form):
    """Who is paid."""

    name = forms.CharField(label=_("收款人姓名"), max_length=60)
    id_number = forms.CharField(label=_("居民身份证号码"), max_length=18, validators=[validate_identity_number])
    bank = forms.CharField(label=_("开户银行"), max_length=100)
    account = forms.CharField(label=_("银行账号"), max_length=40)

    def clean_account(self) -> str:
        """The digits, however they are grouped."""
        digits = "".join(self.cleaned_data["account"].split())
        if not re.fullmatch(r"[0-9]{8,30}", digits):
            raise forms.ValidationError(_("银行账号是 8 至 30 位数字，请照银行卡或者存折填写。"))
        return digits


class PassphraseForm(forms.Form):
    """Opens a key box."""

    passphrase = forms.CharField(
        label=_("密钥箱口令"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class NewBoxForm(PassphraseForm):
    """Makes a key box."""

    again = forms.CharField(
        label=_("再输入一次"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def clean_again(self) -> str:
        if self.cleaned_data["again"] != self.cleaned_data.get("passphrase"):
            raise forms.ValidationError(_("两次输入的口令不一样，请重新输入。"))
        return self.cleaned_data["again"]


class IdentityRequestForm(forms.Form):
    """Why an officer must know."""

    reason = forms.CharField(
        label=_("为什么必须知道检举人是谁？"),
        help_text=_("密钥保管人会看到理由，审计记录会保存。不要写检举内容。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class GrantForm(forms.Form):
    """How much is paid."""

    amount = MoneyField(label=_("核定奖金（元）"), min_value=Decimal("0.01"), max_digits=12, decimal_places=2)


class RecoveryForm(forms.Form):
    """Into how many shares the recovery key is split, and how many bring it back."""

    number = forms.IntegerField(
        label=_("分片总数"), help_text=_("每位保管人各抄一份。"), min_value=2, max_value=20, initial=5
    )
    threshold = forms.IntegerField(
        label=_("恢复所需份数"), help_text=_("至少 2 份，少于这个数打不开。"), min_value=2, max_value=20, initial=3
    )


class SharesForm(forms.Form):
    """The shares of those who came together."""

    lines = forms.CharField(
        label=_("分片，每行一份"),
        help_text=_("由各位保管人依次输入自己的一份；字母不分大小写，可以不输连字符。"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_lines(self) -> list[str]:
        return [line for line in self.cleaned_data["lines"].splitlines() if line.strip()]
