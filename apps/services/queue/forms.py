"""Forms of the queue: drawing a ticket, showing a booking's code, handing over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework import counter
from apps.kernel.parties.models import Party
from apps.services.sites.models import BusinessLine, Site, Window, WindowKind


class DrawForm(forms.Form):
    """What somebody comes for, and whether they go first."""

    line = forms.ModelChoiceField(
        None,
        label=_("您来办什么？"),
        widget=forms.RadioSelect,
        to_field_name="code",
        empty_label=None,
        error_messages={
            "required": _("请选择要办的业务。"),
            "invalid_choice": _("这个网点不办理所选业务，请另选。"),
        },
    )
    declared = forms.BooleanField(
        label=_("我是老年人、残疾人或行动不便，请优先叫我"),
        required=False,
        help_text=_("窗口会核对，不需要特别证明。"),
    )

    def __init__(self, *args, site: Site, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = BusinessLine.objects.filter(sites=site, active=True)


class CheckInForm(forms.Form):
    """The code of a booking, scanned or typed."""

    token = forms.CharField(
        label=_("预约码"),
        max_length=200,
        help_text=_("把预约二维码对准扫描器。扫不了的，请到窗口报预约号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class NumberForm(forms.Form):
    """The number of a booking, told at the counter."""

    number = forms.CharField(
        label=_("预约号"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写预约号。")},
    )


class MatterForm(forms.Form):
    """Which matter to begin for the person at the window."""

    matter = forms.ChoiceField(label=_("事项"))

    def __init__(self, *args, party: Party, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["matter"].choices = [(each.code, each.title) for each in counter.matters(party)]


class SendForm(forms.Form):
    """To which window of the site a ticket is handed over, and why."""

    to = forms.ModelChoiceField(None, label=_("转到窗口"), to_field_name="code", empty_label=_("请选择"))
    reason = forms.CharField(label=_("原因"), max_length=120)

    def __init__(self, *args, window: Window, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = Window.objects.filter(site=window.site_id, active=True).exclude(pk=window.pk)
        self.fields["to"].queryset = others.exclude(kind=WindowKind.MACHINE)
