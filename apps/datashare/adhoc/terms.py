"""What the steps of a consultation and of a listing ask for (Art 18)."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.datashare.adhoc.models import Consultation
from apps.datashare.catalogue.models import Dataset
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.forms import DateField


class TermsForm(ReasonForm):
    """Other terms than the ones proposed."""

    fields = forms.CharField(label=_("数据项"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    manner = forms.ChoiceField(label=_("共享方式"), choices=Consultation.Manner.choices)
    destroy_by = DateField(label=_("销毁期限"))
    field_order = ["fields", "manner", "destroy_by", "reason"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("对方会看到这段话。")


class PlainReasonForm(ReasonForm):
    """A reason for the other unit."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("对方会看到这段话。")


class DeliverForm(forms.Form):
    """The answer itself where one was agreed, else a word that goes with the data."""

    reason = forms.CharField(
        label=_("答复或者说明"),
        required=False,
        max_length=1000,
        help_text=_("约定直接答复的，在这里写明答复。对方会看到这段话。"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DestroyForm(forms.Form):
    """How the data was destroyed, and that no copy is left."""

    method = forms.ChoiceField(
        label=_("销毁方式"),
        choices=[
            ("erased", _("删除并覆盖存储介质中的数据")),
            ("shredded", _("粉碎纸质材料")),
            ("both", _("电子数据和纸质材料都已销毁")),
        ],
    )
    no_copies = forms.BooleanField(label=_("没有留存任何副本、截图和备份"))
    reason = forms.CharField(
        label=_("补充说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ListedForm(forms.Form):
    """The entry the data was listed as."""

    dataset = forms.SlugField(
        label=_("编目后的条目"),
        max_length=80,
        help_text=_("填写条目的标识，例如：market-enterprise-register。标识在“数据目录编制”里。"),
    )

    def clean_dataset(self) -> Dataset:
        """The entry; a list of all there are would be thousands long."""
        found = Dataset.objects.published().filter(code=self.cleaned_data["dataset"]).first()
        if found is None:
            raise ValidationError(_("目录中没有这个标识的条目。请先发布目录条目，再在这里填写。"))
        return found
