"""What a request for assistance and its steps ask for (Art 22)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.collaboration import evidence, payers
from apps.collaboration.assistance import grounds
from apps.collaboration.assistance.models import AssistanceRequest
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock


class RequestForm(forms.ModelForm):
    """A request; a tax office asks departments, a department asks tax offices."""

    assister = forms.ModelChoiceField(
        Office.objects.none(), label=_("请求哪个单位协助"), to_field_name="code", empty_label=_("请选择")
    )
    payer_code = forms.CharField(
        label=_("涉及的纳税人、缴费人代码（没有的不填）"),
        help_text=_("单位填统一社会信用代码，自然人填居民身份证号码。"),
        max_length=24,
        required=False,
    )

    class Meta:
        model = AssistanceRequest
        fields = ["assister", "subject", "payer_code", "legal_basis", "need"]
        widgets = {"need": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args, actor: Actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.instance.requester = actor.office
        offices = Office.objects.filter(active=True).exclude(pk=actor.office.pk)
        tax = Office.TAX_KINDS
        self.fields["assister"].queryset = (
            offices.exclude(kind__in=tax) if actor.office.is_tax else offices.filter(kind__in=tax)
        )

    def clean_payer_code(self) -> str:
        """Nobody is asked about somebody who is not on the register."""
        code = self.cleaned_data["payer_code"]
        self.party = payers.by_code(code) if code else None
        if code and self.party is None:
            raise ValidationError(_("登记簿上没有这个纳税人、缴费人。"), code="unknown_payer")
        return code

    def detail(self) -> dict:
        """The request as the case keeps it."""
        asked = ("assister", "subject", "legal_basis", "need")
        return {
            "requester": self.instance.requester,
            "party": self.party,
            **{name: self.cleaned_data[name] for name in asked},
        }


def _choices() -> list[tuple[str, str]]:
    return [(row.code, f"{row.title}（{row.source}）") for row in grounds.in_force(clock.today()).values()]


class RefuseForm(ReasonForm):
    """A refusal rests on a ground of the law and says the facts."""

    ground = forms.ChoiceField(label=_("拒绝的理由"), choices=_choices)
    field_order = ("ground", "reason")


class ReplyForm(forms.Form):
    """What was done and found."""

    conclusion = forms.CharField(
        label=_("协助结果和结论"),
        help_text=_("请求单位会看到。写明做了什么、查明了什么。"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    evidence = evidence.optional()
