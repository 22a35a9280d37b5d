"""Forms of assistance: the needs, the visit's time, finding a person at the counter."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.services.assistance.models import NeedsProfile
from apps.services.assistance.slots import Slot


class NeedsForm(forms.ModelForm):
    """What somebody needs, and their consent to our keeping it."""

    consent = forms.BooleanField(
        label=_("我同意税务机关保存以上信息，只用于安排对我的服务。"),
        help_text=_("随时可以撤回，撤回后立即删除。每次有人查看都会留下记录，您可以查到。"),
        required=False,  # the use case asks for it, in words that say why
    )

    class Meta:
        model = NeedsProfile
        fields = ["disability", "mobility", "sign_language", "language", "wants_assistant"]


class PersonForm(forms.Form):
    """Finds a person who is at the counter or on the phone: number and name must both fit."""

    number = forms.CharField(
        label=_("居民身份证号码"), max_length=18, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class AssistantForm(forms.Form):
    """Names who accompanies a person."""

    assistant = forms.ModelChoiceField(None, label=_("全程协助人"), empty_label=_("请选择"))

    def __init__(self, *args, officers, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assistant"].queryset = officers


class TimeForm(forms.Form):
    """Chooses one of the times offered; the page shows those of one day."""

    starts_at = forms.TypedChoiceField(
        label=_("上门时间"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("请选择一个时间。"),
            "invalid_choice": _("这个时间已经不能选了，请另选一个。"),
        },
    )

    def __init__(self, *args, offered: list[Slot], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        by_value = {slot.starts.isoformat(): slot for slot in offered}
        self.fields["starts_at"].choices = [(value, _hours(slot)) for value, slot in by_value.items()]
        self.fields["starts_at"].coerce = lambda value: by_value[value].starts


def _hours(slot: Slot) -> str:
    return f"{timezone.localtime(slot.starts):%H:%M}–{timezone.localtime(slot.ends):%H:%M}"
