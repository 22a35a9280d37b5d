"""What a registry's clerk types to check a certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.collaboration.registry.models import CertificateCheck


class CheckForm(forms.ModelForm):
    """The certificate, the applicant as registered, and the registration it is for."""

    class Meta:
        model = CertificateCheck
        fields = ["asked", "payer", "matter", "matter_number"]
        help_texts = {
            "asked": _("完税证明上的文号，或者扫描二维码得到的验证码。"),
            "payer": _("按登记申请书填写全称。"),
            "matter_number": _("本单位受理该登记的编号，查验记录以此留痕。"),
        }
