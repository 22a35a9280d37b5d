"""What a registry's clerk types to check a certificate, and what a tax office answers (Art 28)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from apps.collaboration import evidence
from apps.collaboration.registry.models import CertificateCheck, RegistryMismatch
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.parties.models import Office


class CheckForm(forms.ModelForm):
    """The certificate, or the applicant's code; the applicant as registered, and the registration it is for."""

    payer_code = forms.CharField(
        label=_("申请人代码（没有凭证时填写）"),
        help_text=_("单位填统一社会信用代码，自然人填居民身份证号码；按申请人查找有效的完税凭证、减免税证明。"),
        max_length=24,
        required=False,
    )
    field_order = ["asked", "payer_code", "payer", "matter", "matter_number"]

    class Meta:
        model = CertificateCheck
        fields = ["asked", "payer", "matter", "matter_number"]
        help_texts = {
            "asked": _("凭证上的文号、验证码，或者扫描二维码得到的地址。"),
            "payer": _("按登记申请书填写全称。"),
            "matter_number": _("本单位受理该登记的编号，查验记录以此留痕。"),
        }

    def clean(self) -> dict:
        """One of the two ways."""
        found = super().clean()
        if not found.get("asked") and not found.get("payer_code") and not self.errors:
            self.add_error("asked", ValidationError(_g("请填写凭证编号或者验证码；没有凭证的，填写申请人代码。")))
        return found


class MismatchForm(forms.Form):
    """What does not agree."""

    note = forms.CharField(
        label=_("不一致的情况"),
        help_text=_("写明申请人提供的凭证、税款和不一致之处。"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    tax_office = forms.ModelChoiceField(
        Office.objects.filter(active=True, kind__in=Office.TAX_KINDS),
        label=_("由哪个税务机关复核"),
        to_field_name="code",
        required=False,
        empty_label=_("由系统按申请人确定"),
    )


class ApiForm(forms.Form):
    """The same through the API of cases: of which check."""

    check = forms.CharField(label=_("查验编号"), max_length=12)
    note = forms.CharField(label=_("不一致的情况"), max_length=1000)


class ResolveForm(ReasonForm):
    """What the tax office found."""

    answer = forms.ChoiceField(label=_("复核结果"), choices=RegistryMismatch.Answer.choices)
    certificate = forms.CharField(label=_("可以办理的凭证编号（已缴清的填写）"), max_length=60, required=False)
    evidence = evidence.optional()
    field_order = ("answer", "certificate", "reason", "evidence")
