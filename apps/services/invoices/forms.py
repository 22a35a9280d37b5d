"""Forms of invoices: choosing, handing in, issuing, taking back, marking, verifying."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.kernel.forms import DateField, MoneyField
from apps.kernel.parties.models import Party
from apps.services.invoices import issuing
from apps.services.invoices.models import Invoice, InvoiceLine, PurposeConfirmation, RedLetter, UseMark

MAX_UPLOAD = 20 * 1024 * 1024
ANY = ("", _("全部"))


class FilesInput(forms.ClearableFileInput):
    """A file control that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, each checked like one."""

    widget = FilesInput(attrs={"accept": ".xml,.ofd,.zip"})

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
        help_text=_("数电票的 XML 原件或 OFD 文件，可一次选多个，也可上传 ZIP 压缩包。"),
    )


class ListForm(forms.Form):
    """Which invoices to see: of a month, a direction, a kind, a state."""

    class Direction:
        SALE, PURCHASE = "sale", "purchase"

    month = forms.CharField(label=_("月份"), required=False, widget=forms.TextInput(attrs={"type": "month"}))
    direction = forms.ChoiceField(
        label=_("方向"),
        required=False,
        choices=[ANY, (Direction.SALE, _("销售")), (Direction.PURCHASE, _("购买"))],
    )
    kind = forms.ChoiceField(label=_("票种"), required=False, choices=[ANY, *Invoice.Kind.choices])
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[ANY, *Invoice.Status.choices])

    def clean_month(self) -> tuple[int, int] | None:
        text = self.cleaned_data["month"]
        if not text:
            return None
        found = re.fullmatch(r"(20\d{2})-(0[1-9]|1[0-2])", text)
        if found is None:
            raise ValidationError(_("请按“2026-09”的样式填写月份。"))
        return int(found[1]), int(found[2])


class OrderForm(forms.Form):
    """What kind of invoice, and to whom."""

    kind = forms.ChoiceField(label=_("票种"), choices=Invoice.Kind.choices, widget=forms.RadioSelect)
    buyer_name = forms.CharField(
        label=_("购买方名称"), max_length=120, help_text=_("与营业执照一致；个人消费者可以填写“个人”。")
    )
    buyer_number = forms.CharField(
        label=_("购买方统一社会信用代码"), max_length=18, required=False, help_text=_("开具专用发票时必填，共 18 位。")
    )
    email = forms.EmailField(
        label=_("购买方电子邮箱"), required=False, help_text=_("填写后，发票的 XML、PDF 和 OFD 文件随邮件发送。")
    )
    remark = forms.CharField(label=_("备注"), max_length=200, required=False)

    def clean_buyer_number(self) -> str:
        return "".join(self.cleaned_data["buyer_number"].split()).upper()


class ItemForm(forms.Form):
    """One line of what is sold."""

    name = forms.CharField(label=_("项目名称"), max_length=200)
    tax_class = forms.RegexField(
        r"^[0-9]{19}$",
        label=_("税收分类编码"),
        help_text=_("19 位数字。"),
        error_messages={"invalid": _("税收分类编码是 19 位数字。请对照编码表填写。")},
    )
    unit = forms.CharField(label=_("单位"), max_length=30, required=False)
    quantity = forms.DecimalField(label=_("数量"), max_digits=16, decimal_places=8, initial=1)
    price = forms.DecimalField(label=_("单价（元，不含税）"), max_digits=18, decimal_places=8)
    rate = forms.ChoiceField(label=_("税率"))

    def __init__(self, *args, rates: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rate"].choices = rates
        # A line left as it was offered counts as empty.
        self.fields["rate"].initial = rates[0][0]
        for number in ("quantity", "price"):
            self.fields[number].widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


ItemFormSet = forms.formset_factory(
    ItemForm, extra=0, min_num=1, validate_min=True, max_num=issuing.MAX_LINES, absolute_max=issuing.MAX_LINES
)


def rate_choices(party: Party) -> list[tuple[str, str]]:
    """The rates a seller may choose from, as people write them."""
    Treatment = InvoiceLine.Treatment  # noqa: N806 - a class
    return [
        *((f"{rate.normalize():f}", f"{(rate * 100).normalize():f}%") for rate in issuing.rates(party)),
        (Treatment.EXEMPT.value, Treatment.EXEMPT.label),
        (Treatment.OUTSIDE.value, Treatment.OUTSIDE.label),
    ]


class MailForm(forms.Form):
    """Where to send an invoice."""

    email = forms.EmailField(label=_("电子邮箱"))


class RedLetterForm(forms.Form):
    """Why, and how much of each line is taken back."""

    reason = forms.ChoiceField(label=_("红冲原因"), choices=RedLetter.Reason.choices, widget=forms.RadioSelect)

    def __init__(self, *args, lines: list[InvoiceLine], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            left = line.amount - line.red_amount
            self.fields[f"amount_{line.position}"] = MoneyField(
                label=_("%(name)s：红冲金额（元，不含税）") % {"name": line.name},
                help_text=_("最多 %(left)s 元。") % {"left": f"{left:,.2f}"},
                initial=left,
                required=False,
                min_value=Decimal(0),
            )

    @property
    def amounts(self) -> dict[int, Decimal]:
        """What is taken back, by line position."""
        given = {line.position: self.cleaned_data[f"amount_{line.position}"] for line in self.lines}
        return {position: amount for position, amount in given.items() if amount}


class AnswerForm(forms.Form):
    """Why a form is not agreed with."""

    answer = forms.CharField(label=_("不同意的理由"), max_length=200, help_text=_("对方会看到这段话。"))


class PurposeForm(forms.Form):
    """What an invoice is used for."""

    purpose = forms.ChoiceField(label=_("用途"), choices=PurposeConfirmation.Purpose.choices, widget=forms.RadioSelect)


class MarkForm(forms.Form):
    """What used the invoice."""

    kind = forms.ChoiceField(label=_("标识"), choices=UseMark.Kind.choices, widget=forms.RadioSelect)
    voucher = forms.CharField(label=_("凭证号或报销单号"), max_length=60)


class WithdrawMarkForm(forms.Form):
    """Why a mark is taken back."""

    kind = forms.ChoiceField(choices=UseMark.Kind.choices, widget=forms.HiddenInput)
    because = forms.CharField(label=_("取消原因"), max_length=200)


class SealForm(forms.Form):
    """Which accounting year to archive."""

    year = forms.IntegerField(
        label=_("会计年度"),
        min_value=2016,
        max_value=2999,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("请填写四位年份，例如 2026。")},
    )


class VerifyForm(forms.Form):
    """What is printed on an invoice."""

    number = forms.RegexField(
        r"^[0-9]{20}$",
        label=_("发票号码"),
        help_text=_("20 位数字。"),
        error_messages={"invalid": _("数电票的发票号码是 20 位数字。请核对。")},
    )
    issued_on = DateField(label=_("开票日期"))
    total = MoneyField(label=_("价税合计（元）"), help_text=_("红字发票请填写负数。"))


class VerifyFileForm(forms.Form):
    """The file of an invoice."""

    file = forms.FileField(
        label=_("发票文件"),
        help_text=_("XML 或 OFD 文件，用来核对是否被改动过。文件只用于本次查验，不会保存。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xml,.ofd"}),
    )


class TaxpayerForm(forms.Form):
    """Whose invoices a clerk looks up."""

    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18)
