"""What editors of letters fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.kernel.notifications import wording
from apps.kernel.notifications.models import MessageTemplate


class WordingForm(forms.ModelForm):
    """A new version of a letter; only what can be sent can be published."""

    code = forms.ChoiceField(label=_("代码"), choices=lambda: [(code, code) for code in wording.codes()])

    class Meta:
        model = MessageTemplate
        fields = ["code", "language", "subject", "body"]

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        if {"code", "language", "subject", "body"} <= cleaned.keys():
            wording.check(cleaned["code"], cleaned["language"], wording.Wording(cleaned["subject"], cleaned["body"]))
        return cleaned
