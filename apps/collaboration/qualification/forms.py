"""What verifications of qualifications ask for at each step (Art 26)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.collaboration import evidence, payers
from apps.collaboration.qualification import kinds
from apps.collaboration.qualification.models import Determination, QualificationDuty, QualificationVerification
from apps.kernel.casework.standard import ReasonForm, RefusalForm
from apps.kernel.forms import DateField, MoneyField
from apps.kernel.ledger.models import ZERO, Levy
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party


class VerifyForm(forms.Form):
    """Which payer's qualification is in doubt, and why."""

    kind = forms.ChoiceField(label=_("资格种类"), choices=kinds.choices)
    payer_code = forms.CharField(
        label=_("纳税人代码"), help_text=_("单位填统一社会信用代码，自然人填居民身份证号码。"), max_length=24
    )
    department = forms.ModelChoiceField(
        Office.objects.filter(active=True),
        label=_("认定部门"),
        to_field_name="code",
        required=False,
        empty_label=_("由系统按职责确定"),
    )
    ground = forms.ChoiceField(label=_("异常情形"), choices=QualificationVerification.Ground.choices)
    facts = forms.CharField(
        label=_("事实"),
        help_text=_("写明享受了什么优惠、哪些数据有矛盾；部门和当事人会看到。"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args, actor: Actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        duties = QualificationDuty.objects.values("office")
        self.fields["department"].queryset = Office.objects.filter(active=True, pk__in=duties)

    def clean(self) -> dict:
        """The payer is one of this office's own, and some department determines this kind."""
        found = super().clean()
        if "payer_code" in found:
            self._payer(found)
        if "kind" in found and "party" in found:
            self._department(found)
        return found

    def _payer(self, found: dict) -> None:
        try:
            party = payers.by_code(found["payer_code"])
        except ValidationError as error:
            self.add_error("payer_code", error)
            return
        if party is None or not self._own(party):
            self.add_error("payer_code", ValidationError(_("不是本单位主管的纳税人、缴费人。"), code="unknown_payer"))
            return
        found["party"] = party

    def _own(self, party: Party) -> bool:
        if self.actor.office.kind == Office.Kind.TAX_CITY:
            return True
        return party.office is not None and self.actor.office.pk in (party.office_id, party.office.parent_id)

    def _department(self, found: dict) -> None:
        held = Determination.objects.filter(party=found["party"], kind=found["kind"]).order_by("-valid_from", "-pk")
        if found.get("department") is not None:
            held = held.filter(office=found["department"])
        found["determination"] = held.select_related("office").first()
        if found.get("department") is not None and found["determination"] is None:
            duties = QualificationDuty.objects.filter(kind=found["kind"], office=found["department"])
            if not duties.exists():
                self.add_error(
                    "department",
                    ValidationError(_("这个部门不认定这种资格。不清楚的，选“由系统按职责确定”。"), code="department"),
                )
                return
        if found.get("department") is None:
            duty = QualificationDuty.objects.filter(kind=found["kind"]).select_related("office").order_by("pk").first()
            last = found["determination"]
            found["department"] = last.office if last else duty.office if duty else None
        if found["department"] is None:
            self.add_error(
                "kind", ValidationError(_("还没有登记哪个部门认定这种资格，请联系系统管理员。"), code="kind")
            )

    def detail(self) -> dict:
        """The question as the case keeps it."""
        names = ("kind", "department", "ground", "facts", "party", "determination")
        return {"tax_office": self.actor.office, **{name: self.cleaned_data[name] for name in names}}


class MetForm(ReasonForm):
    """The conditions are met; until when, where that is new."""

    number = forms.CharField(
        label=_("证书或者文书编号"),
        help_text=_("税务机关还没有这项认定的，填写；已有的不填。"),
        max_length=60,
        required=False,
    )
    valid_from = DateField(label=_("有效期起（新补告知的填写）"), required=False)
    valid_to = DateField(label=_("有效期止（有变化的填写）"), required=False)
    evidence = evidence.optional()
    field_order = ("reason", "number", "valid_from", "valid_to", "evidence")


class NotMetForm(RefusalForm):
    """The conditions are not met: which clause, and why."""

    evidence = evidence.optional()
    field_order = ("clause", "reason", "evidence")


class StatementForm(forms.Form):
    """What the payer says against it."""

    reason = forms.CharField(
        label=_("陈述、申辩"),
        help_text=_("写明事实和理由；税务机关应当核对，不会因为申辩而加重处理。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ProposalForm(RefusalForm):
    """What is to be recovered."""

    levy = forms.ModelChoiceField(Levy.objects.all(), label=_("追缴的税费种"), required=False, empty_label=_("请选择"))
    period = forms.CharField(
        label=_("所属期"), help_text=_("例如：2026-09、2026Q3、2025。"), max_length=20, required=False
    )
    amount = MoneyField(label=_("应追缴的税费（元）"), help_text=_("没有享受税费优惠的，填 0。"), min_value=ZERO)
    field_order = ("levy", "period", "amount", "clause", "reason")


class WithdrawForm(forms.Form):
    """Why a determination is taken back."""

    reason = forms.CharField(
        label=_("撤销理由"), help_text=_("纳税人会看到。"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class FileForm(forms.Form):
    """A file of determinations."""

    prefix = "file"

    file = forms.FileField(label=_("文件"), help_text=_("CSV 或者 Excel（.xlsx），第一行是列名，一次最多 2000 行。"))
