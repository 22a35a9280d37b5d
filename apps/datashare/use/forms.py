"""What is asked to read, to export, to follow up and to declare (Art 21)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.datashare.requests.models import DataGrant
from apps.datashare.use import masking
from apps.datashare.use.preconditions import Status, bases
from apps.datashare.use.reading import Request
from apps.kernel.casework.standard import ReasonForm


class ReadForm(forms.Form):
    """For which case, about whom, which fields, and what must be seen in full and why."""

    case = forms.CharField(label=_("办件编号"), max_length=20, help_text=_("由您的单位正在办理的办件，以 SH 开头。"))
    party = forms.CharField(
        label=_("查阅对象"),
        max_length=40,
        required=False,
        help_text=_("留空表示办件当事人；其他人填写身份证号码或者统一社会信用代码，并写明理由。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    fields = forms.MultipleChoiceField(
        label=_("数据项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选表示授权的全部数据项。"),
    )
    unmask = forms.MultipleChoiceField(
        label=_("显示完整内容"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("个人信息默认脱敏；确需核对原文的才选，并写明理由。"),
    )
    reason = forms.CharField(
        label=_("理由"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("显示完整内容、查阅当事人以外的人、导出时必填，会留存。"),
    )

    def __init__(self, *args, grant: DataGrant, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        allowed = list(grant.allowed)
        self.fields["fields"].choices = [(each.name, each.label) for each in allowed]
        hidden = [(each.name, each.label) for each in allowed if masking.needs_mask(each)]
        self.fields["unmask"].choices = hidden
        if not hidden:
            del self.fields["unmask"]

    def asked(self, after: str = "") -> Request:
        """The cleaned answers as the reading door takes them."""
        given = self.cleaned_data
        return Request(
            case=given["case"],
            party=given["party"],
            fields=tuple(given["fields"]),
            unmask=tuple(given.get("unmask", ())),
            reason=given["reason"],
            after=after,
        )


class TraceForm(forms.Form):
    """A row somebody found outside."""

    leaked = forms.CharField(
        label=_("泄露的一行内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("整行粘贴，各列用逗号或者制表符分开；带不带溯源码都可以。"),
    )


class ConcludeForm(ReasonForm):
    """Whether a use was lawful, and why."""

    confirmed = forms.TypedChoiceField(
        label=_("结论"),
        choices=[("no", _("说明成立")), ("yes", _("确认违规"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    field_order = ["confirmed", "reason"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("单位会看到这段话。")


class ExplainForm(ReasonForm):
    """What happened."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("情况说明")
        self.fields["reason"].help_text = _("由查阅人以外的同事填写，大数据中心据此作结论。")


class PreconditionForm(forms.Form):
    """A matter, the tax status it is said to require, and the clause that says so."""

    matter = forms.CharField(label=_("业务事项"), max_length=120)
    status = forms.ChoiceField(label=_("要求的纳税缴费情况"), choices=Status.choices)
    basis = forms.ChoiceField(label=_("法定依据"), required=False)
    claimed = forms.CharField(
        label=_("其他依据"),
        max_length=200,
        required=False,
        help_text=_("清单中没有的依据写在这里；没有列明的法定依据，不予登记。"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].choices = [("", _("清单中没有"))] + [(row.code, str(row)) for row in bases().values()]
