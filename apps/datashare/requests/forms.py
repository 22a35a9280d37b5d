"""What is asked for a request, for the steps on it and for changing a grant (Art 17)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import Dataset
from apps.datashare.requests.models import DataGrant, DataRequest
from apps.kernel.casework.standard import ReasonForm
from apps.kernel.forms import DateField


class RequestForm(forms.ModelForm):
    """A request for one entry of the catalogue; the fields are the ones it lists."""

    fields = forms.MultipleChoiceField(
        label=_("数据项"),
        help_text=_("只选履行职责所必需的（最小必要）。"),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = DataRequest
        fields = ["kind", "scenario", "purpose", "basis", "months"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 4})}

    field_order = ["kind", "scenario", "fields", "purpose", "basis", "months"]

    def __init__(self, *args, dataset: Dataset, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fields"].choices = [
            (field.name, f"{field.label}（{field.get_classification_display()}）")
            for field in dataset.current.fields.order_by("position")
        ]
        self.fields["scenario"].queryset = dataset.current.scenarios.all()
        self.fields["scenario"].empty_label = _("其他（由提供单位审核）")


class NarrowForm(ReasonForm):
    """What stays of a grant, and until when."""

    fields = forms.MultipleChoiceField(label=_("保留的数据项"), widget=forms.CheckboxSelectMultiple)
    valid_until = DateField(label=_("截止日期"))
    field_order = ["fields", "valid_until", "reason"]

    def __init__(self, *args, grant: DataGrant, **kwargs) -> None:
        super().__init__(
            *args, initial={"fields": grant.fields, "valid_until": grant.valid_until}, prefix="narrow", **kwargs
        )
        labels = dict(grant.allowed.values_list("name", "label"))
        self.fields["fields"].choices = [(name, labels.get(name, name)) for name in grant.fields]
        self.fields["reason"].help_text = _("使用单位会看到这段话。")


class RevokeForm(ReasonForm):
    """Why a grant ends now."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, prefix="revoke", **kwargs)
        self.fields["reason"].help_text = _("使用单位会看到这段话。")
