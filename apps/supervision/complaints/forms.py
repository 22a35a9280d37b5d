"""What the steps of a complaint ask for, and the forms of those who have no account (Art 31)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.standard import ReasonForm
from apps.kernel.forms import DateField, Undecided
from apps.kernel.parties.models import Office
from apps.supervision.complaints.models import Complaint, Kind, Reconsideration, Rectification

FIELDS = ["area", "kind", "about", "respondent", "happened_on", "account", "wish"]


class ComplaintForm(Undecided):
    """A complaint in one page, for whoever does not sign in."""

    happened_on = DateField(label=_("发生日期"), required=False)

    class Meta:
        model = Complaint
        fields = FIELDS


class RecordForm(ComplaintForm):
    """A complaint heard on the phone or at the counter."""

    source = forms.ChoiceField(
        label=_("来源"),
        choices=[choice for choice in Complaint.Source.choices if choice[0] != Complaint.Source.ONLINE],
    )
    name = forms.CharField(
        label=_("投诉人姓名（名称）"), max_length=120, required=False, help_text=_("对方愿意实名时填写；匿名的留空。")
    )
    number = forms.CharField(label=_("投诉人身份证号或者统一社会信用代码"), max_length=18, required=False)
    field_order = ["source", "name", "number", *FIELDS]


class FollowForm(forms.Form):
    """The number and the receipt of an anonymous complaint."""

    number = forms.CharField(label=_("投诉编号"), max_length=20, help_text=_("以 SH 开头。"))
    receipt = forms.CharField(
        label=_("回执码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )


class AcceptForm(forms.Form):
    """Accepting a complaint; its kind may be put right, because the term follows from it."""

    kind = forms.ChoiceField(
        label=_("投诉类别"),
        choices=[("", _("按投诉人选择的类别")), *Kind.choices],
        required=False,
        help_text=_("服务言行类五个工作日办结，其他两类十个工作日。"),
    )
    fast = forms.BooleanField(
        label=_("快速处理，三个工作日办结"),
        required=False,
        help_text=_(
            "自然人对个人所得税服务的投诉、涉及重大政策落实的投诉，请勾选；自然人对社会保险费、非税收入服务的投诉，自动按快速处理。"
        ),
    )


class AnswerForm(ReasonForm):
    """What was found, and why."""

    outcome = forms.ChoiceField(label=_("调查结论"), choices=[("", _("请选择")), *Complaint.Outcome.choices])
    field_order = ["outcome", "reason"]


class AtOnceForm(AnswerForm):
    """An answer on the spot, where nothing needs to be found out."""

    clear = forms.BooleanField(
        label=_("事实简单、清楚，不需要调查；或者是一段时间内集中发生、已有明确处理意见的同一事项"),
        error_messages={"required": _("不符合的，请先受理，再调查处理。")},
    )
    field_order = ["clear", "outcome", "reason"]


class RatingForm(forms.Form):
    """How satisfied the complainant is with the answer."""

    rating = forms.TypedChoiceField(
        label=_("您对处理结果满意吗？"),
        choices=[(5, _("很满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("很不满意"))],
        coerce=int,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("说明（可以不填）"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class MediationForm(ReasonForm):
    """Mediation by a street, which the office complained of has agreed to."""

    mediator = forms.ModelChoiceField(
        Office.objects.filter(active=True, kind=Office.Kind.STREET),
        label=_("调解的街道、乡镇"),
        to_field_name="code",
        empty_label=_("请选择"),
    )
    office_agrees = forms.BooleanField(label=_("被投诉单位已同意调解"))
    field_order = ["mediator", "office_agrees", "reason"]


class RectifyForm(forms.ModelForm):
    """What the complaints of a cluster have in common, and what shall change."""

    class Meta:
        model = Rectification
        fields = ["finding"]


class DecisionForm(ReasonForm):
    """The decision of a reconsideration with its ground."""

    decision = forms.ChoiceField(label=_("复议决定"), choices=[("", _("请选择")), *Reconsideration.Decision.choices])
    clause = forms.CharField(label=_("依据的条款"), max_length=200, initial="《行政复议法》第六十八条")
    field_order = ["decision", "clause", "reason"]
