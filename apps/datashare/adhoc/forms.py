"""What is asked to propose a consultation, to ask for a listing, and to hand over a file (Art 18)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.datashare.adhoc.models import Consultation, ListingRequest
from apps.kernel.forms import DateField
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office


class ProposeForm(forms.ModelForm):
    """Fields, manner, purpose and destruction date for one unit."""

    destroy_by = DateField(label=_("销毁期限"), help_text=_("使用完毕、最迟到这一天销毁并出具证明。"))

    class Meta:
        model = Consultation
        fields = ["counterpart", "subject", "fields", "manner", "purpose", "basis", "destroy_by"]
        widgets = {
            "fields": forms.Textarea(attrs={"rows": 3}),
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, actor: Actor, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["counterpart"].queryset = _units(actor)
        self.fields["counterpart"].empty_label = _("请选择")


class ListingForm(forms.ModelForm):
    """Data the catalogue lacks, and who holds it."""

    class Meta:
        model = ListingRequest
        fields = ["provider", "subject", "fields", "purpose", "basis"]
        widgets = {
            "fields": forms.Textarea(attrs={"rows": 3}),
            "purpose": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        holders = Office.objects.filter(active=True).exclude(kind__in=[*Office.TAX_KINDS, Office.Kind.DATA_CENTRE])
        self.fields["provider"].queryset = holders.exclude(kind=Office.Kind.STREET).order_by("name")
        self.fields["provider"].empty_label = _("请选择")


class FileForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("文件"), help_text=_("PDF、Excel（xlsx）、Word（docx）、XML、图片或者 ZIP；先经安全扫描。")
    )


def _units(actor: Actor):
    """Tax offices consult units outside, units outside consult the tax offices and each other."""
    found = Office.objects.filter(active=True).exclude(pk=actor.office.pk if actor.office else None)
    if actor.office is not None and actor.office.is_tax:
        found = found.exclude(kind__in=Office.TAX_KINDS)
    return found.exclude(kind=Office.Kind.STREET).order_by("name")
