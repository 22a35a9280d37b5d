"""Partner secrets to enter and change, never shown; refused messages to read (Arts 22-30)."""

from django import forms
from django.contrib import admin

from apps.collaboration.messages.models import PartnerKey, RefusedMessage
from apps.kernel.readonly import ReadOnlyAdmin


class PartnerKeyForm(forms.ModelForm):
    """A new secret; the one it takes the place of stays valid beside it."""

    class Meta:
        model = PartnerKey
        fields = ["client", "secret", "former"]
        widgets = {"secret": forms.PasswordInput(), "former": forms.PasswordInput()}


@admin.register(PartnerKey)
class PartnerKeyAdmin(admin.ModelAdmin):
    form = PartnerKeyForm
    list_display = ["client", "changed_at"]
    search_fields = ["client__client_id", "client__name"]


@admin.register(RefusedMessage)
class RefusedMessageAdmin(ReadOnlyAdmin):
    list_display = ["ref", "client", "path", "code", "words", "state", "attempts", "received_at"]
    list_filter = ["state", "code", "client"]
    search_fields = ["ref"]
