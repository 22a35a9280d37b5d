"""What is asked for a delivery (Art 18 para 2)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.datashare.supply import expected
from apps.datashare.supply.models import SupplyDuty


class DeliveryForm(forms.Form):
    """Which period, how many rows, the file."""

    period_end = forms.TypedChoiceField(label=_("所属期（期末）"), coerce=str)
    rows = forms.IntegerField(label=_("行数"), min_value=1, help_text=_("不含表头，用于核对。"))
    file = forms.FileField(label=_("文件"), help_text=_("Excel（xlsx）、XML 或者 ZIP；先经安全扫描。"))

    def __init__(self, *args, duty: SupplyDuty, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        found = expected.of([duty.pk])
        waiting = [each for each in found if each.is_open]
        self.fields["period_end"].choices = [
            (each.last.isoformat(), f"{each.last}（{each.standing.label}）")
            for each in waiting + [each for each in found if not each.is_open]
        ]
