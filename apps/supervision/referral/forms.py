"""What a referral, an opinion, a joint action and their steps ask for (Art 35)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import evidence
from apps.kernel.casework.models import Case
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.forms import DateField, MoneyField
from apps.kernel.parties import finding
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Party, Role, User
from apps.kernel.workcalendar import clock
from apps.supervision.referral import access
from apps.supervision.referral.models import CriminalReferral, JointAction, ProcuratorialOpinion


class PayerForm(forms.ModelForm):
    """A form that names a payer by the full code."""

    payer_code = forms.CharField(
        label=_("纳税人代码"), help_text=_("单位填统一社会信用代码，自然人填居民身份证号码。"), max_length=24
    )

    def clean_payer_code(self) -> str:
        """Only a payer on the register."""
        found = finding.by_code(self.cleaned_data["payer_code"])
        if found is None:
            raise ValidationError(_("登记簿上没有这个纳税人、缴费人。"), code="unknown_payer")
        self.instance.party = found
        return self.cleaned_data["payer_code"]

    @property
    def party(self) -> Party:
        """The payer named; after validation."""
        return self.instance.party


class ReferralForm(PayerForm):
    """The written report to the head of the office: facts, amount, evidence, two officers."""

    amount = MoneyField(label=_("涉案税额（元）"), min_value=0)
    police = forms.ModelChoiceField(
        Office.objects.none(), label=_("拟移送的公安机关"), to_field_name="code", empty_label=_("请选择")
    )
    first_officer = forms.ModelChoiceField(
        User.objects.none(), label=_("专案组成员一"), to_field_name="username", empty_label=_("请选择")
    )
    second_officer = forms.ModelChoiceField(
        User.objects.none(), label=_("专案组成员二"), to_field_name="username", empty_label=_("请选择")
    )

    class Meta:
        model = CriminalReferral
        fields = [
            "payer_code",
            "offence",
            "facts",
            "amount",
            "evidence_list",
            "police",
            "first_officer",
            "second_officer",
        ]
        widgets = {
            "facts": forms.Textarea(attrs={"rows": 6}),
            "evidence_list": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, actor: Actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.tax_office = actor.office
        self.fields["police"].queryset = access.police_offices()
        at_work = Membership.objects.in_force().filter(office=actor.office, role__in=access.REFERRERS)
        officers = User.objects.filter(pk__in=at_work.values("user"))
        self.fields["first_officer"].queryset = self.fields["second_officer"].queryset = officers

    def clean_second_officer(self) -> User:
        """The two do not use up the heads of the office: one of them has to decide on what they report."""
        second = self.cleaned_data["second_officer"]
        heads = Membership.objects.in_force().filter(office=self.instance.tax_office, role=Role.CHIEF)
        at_hand = set(heads.values_list("user", flat=True))
        if at_hand and at_hand <= {second.pk, getattr(self.cleaned_data.get("first_officer"), "pk", None)}:
            raise ValidationError(_("除这两名执法人员外，本单位没有负责人可以决定是否移送，请另选一人。"), code="head")
        return second

    def detail(self) -> dict:
        """The report as the case keeps it."""
        asked = ("offence", "facts", "amount", "evidence_list", "police", "first_officer", "second_officer")
        return {
            "tax_office": self.instance.tax_office,
            "party": self.party,
            **{name: self.cleaned_data[name] for name in asked},
        }


class ReasonedForm(ReasonForm):
    """A reason the offices concerned read."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("有关单位会看到这段话。请写明事实。")


class NotApprovedForm(ReasonedForm):
    """Why the head does not approve; it stays on record."""

    clause = forms.CharField(label=_("依据的条款"), max_length=200)
    field_order = ("clause", "reason")


class SendForm(forms.Form):
    """The letter of transfer that goes with the file."""

    transfer_number = forms.CharField(label=_("涉嫌犯罪案件移送书文号"), max_length=60)
    evidence = evidence.optional()


class ReceiptForm(forms.Form):
    """Who signed for the file at the police."""

    receipt = forms.CharField(label=_("回执签收人和日期"), max_length=120)


class FileForm(forms.Form):
    """The police file the case."""

    police_number = forms.CharField(label=_("立案决定书文号"), max_length=60)


class HandOverForm(forms.Form):
    """Evidence and objects handed over, with what was signed."""

    reason = forms.CharField(
        label=_("移交的涉案物品、材料和交接手续"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    evidence = evidence.optional()


class PassOnForm(ReasonedForm):
    """Which police office has jurisdiction."""

    police = forms.ModelChoiceField(
        Office.objects.none(), label=_("有管辖权的公安机关"), to_field_name="code", empty_label=_("请选择")
    )
    field_order = ("police", "reason")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["police"].queryset = access.police_offices()


class SupervisionForm(ReasonedForm):
    """Which procuratorate is asked to supervise the filing."""

    procuratorate = forms.ModelChoiceField(
        Office.objects.none(), label=_("人民检察院"), to_field_name="code", empty_label=_("请选择")
    )
    field_order = ("procuratorate", "reason")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["procuratorate"].queryset = access.procuratorates()


class OutcomeForm(ReasonedForm):
    """How the investigation ended."""

    outcome = forms.ChoiceField(label=_("侦查结果"), choices=[("", _("请选择")), *CriminalReferral.Outcome.choices])
    field_order = ("outcome", "reason")


class ConcludeForm(forms.Form):
    """What remained to be done by the tax office itself."""

    administrative = forms.CharField(
        label=_("行政处理情况"),
        help_text=_(
            "写明追缴税款、滞纳金等处理。移送后不以罚款代替刑事处理；已罚款的，由人民法院在罚金中折抵，不重复处罚。"
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class OpinionForm(PayerForm):
    """What a procuratorate suggests to a tax office."""

    tax_office = forms.ModelChoiceField(
        Office.objects.none(), label=_("税务机关"), to_field_name="code", empty_label=_("请选择")
    )

    class Meta:
        model = ProcuratorialOpinion
        fields = ["tax_office", "payer_code", "ground", "document_number", "suggestion"]
        widgets = {"suggestion": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args, actor: Actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.procuratorate = actor.office
        self.fields["tax_office"].queryset = Office.objects.filter(active=True, kind__in=Office.TAX_KINDS)

    def detail(self) -> dict:
        """The opinion as the case keeps it."""
        asked = ("tax_office", "ground", "document_number", "suggestion")
        return {
            "procuratorate": self.instance.procuratorate,
            "party": self.party,
            **{name: self.cleaned_data[name] for name in asked},
        }


class ResultForm(forms.Form):
    """The answer to a procuratorate."""

    result = forms.CharField(label=_("处理结果或者办理情况"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    evidence = evidence.optional()


class JointActionForm(forms.ModelForm):
    """A joint action; a case is named by its number and must be one the writer sees."""

    held_on = DateField(label=_("日期"))
    participants = forms.ModelMultipleChoiceField(
        Office.objects.none(), label=_("参加单位"), to_field_name="code", widget=forms.CheckboxSelectMultiple
    )
    case_number = forms.CharField(label=_("相关办件编号（没有的不填）"), max_length=20, required=False)

    class Meta:
        model = JointAction
        fields = ["held_on", "participants", "subject", "result", "case_number"]
        widgets = {"result": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, actor: Actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        tax = Office.objects.filter(active=True, kind__in=Office.TAX_KINDS)
        offices = tax | access.police_offices() | access.procuratorates()
        self.fields["participants"].queryset = offices.exclude(pk=actor.office.pk)

    def clean_held_on(self):
        """Only what has happened."""
        day = self.cleaned_data["held_on"]
        if day > clock.today():
            raise ValidationError(_("请填写已经进行的联合执法。"))
        return day

    def clean_case_number(self) -> str:
        """Foreign and absent cases look the same."""
        number = self.cleaned_data["case_number"].strip()
        self.instance.case = Case.objects.visible_to(self.actor).filter(number=number).first() if number else None
        if number and self.instance.case is None:
            raise ValidationError(_("没有这个办件。"))
        return number
