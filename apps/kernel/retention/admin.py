"""Registers in admin: list what is past its period, look at it, and have another person approve or refuse."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin
from apps.kernel.retention import destroying, kinds
from apps.kernel.retention.models import Entry, Register
from apps.kernel.workcalendar.admin import actor_of


class RegisterForm(forms.ModelForm):
    """What kind of thing, and why now; the list itself follows from the law."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"))

    class Meta:
        model = Register
        fields = ["kind", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [(kind.code, _named(kind)) for kind in kinds.every()]

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"]
        if not kinds.get(kind).due().exists():
            raise ValidationError(_("没有超过保管期限的内容。"))
        return kind


def _named(kind: kinds.Kind) -> str:
    period = kind.period()
    return f"{kind.title}（{period.label}，{period.source}）"


class ByKind(admin.SimpleListFilter):
    """Narrows to a kind, by its name."""

    title = gettext_lazy("种类")
    parameter_name = field = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.code, kind.title) for kind in kinds.every()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset


class ByEntrysKind(ByKind):
    """The same for what a register lists."""

    field = "register__kind"


class EntryInline(ReadOnly, admin.TabularInline):
    model = Entry
    fields = readonly_fields = ["subject", "since", "digest", "ended_at", "left_because"]
    extra = 0


@admin.register(Register)
class RegisterAdmin(admin.ModelAdmin):
    form = RegisterForm
    list_display = ["ref", "named", "state", "listed", "ended", "basis", "proposed_by", "decided_by", "done_at"]
    list_filter = ["state", ByKind]
    list_select_related = ["proposed_by", "decided_by"]
    search_fields = ["ref", "entries__subject"]
    actions = ["approve", "refuse"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Register]:
        counts = {"listed": Count("entries"), "ended": Count("entries", filter=Q(entries__ended_at__isnull=False))}
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=gettext_lazy("种类"), ordering="kind")
    def named(self, row: Any) -> str:
        return str(kinds.get(row.kind).title)

    @admin.display(description=gettext_lazy("列入"))
    def listed(self, row: Any) -> int:
        return row.listed

    @admin.display(description=gettext_lazy("已销毁"))
    def ended(self, row: Any) -> int:
        return row.ended

    def get_inlines(self, _request: HttpRequest, obj: Register | None) -> list[type[InlineModelAdmin]]:
        return [EntryInline] if obj else []

    def has_change_permission(self, _request: HttpRequest, _obj: Register | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Register | None = None) -> bool:
        return False

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(destroying.APPROVE)

    def save_model(self, request: HttpRequest, obj: Register, form: RegisterForm, change: bool) -> None:  # noqa: FBT001 - admin's own
        saved = destroying.propose(actor_of(request), form.cleaned_data["kind"], reason=form.cleaned_data["reason"])
        obj.pk, obj.ref, obj._state.adding = saved.pk, saved.ref, False  # noqa: SLF001 - the form's object now is the saved row

    @admin.action(description=gettext_lazy("同意销毁所选清册"), permissions=["approve"])
    def approve(self, request: HttpRequest, rows: QuerySet[Register]) -> None:
        for row in rows:
            self._decide(request, row, lambda row: destroying.approve(row, actor_of(request)))

    @admin.action(description=gettext_lazy("退回所选清册"), permissions=["approve"])
    def refuse(self, request: HttpRequest, rows: QuerySet[Register]) -> None:
        for row in rows:
            self._decide(request, row, lambda row: destroying.refuse(row, actor_of(request), _("复核未通过")))

    def _decide(self, request: HttpRequest, row: Register, act: Any) -> None:
        try:
            act(row)
        except (ValidationError, PermissionDenied) as error:
            why = "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
            self.message_user(request, f"{row}：{why}", messages.ERROR)
        else:
            self.message_user(request, _("%(row)s：已办理。") % {"row": row}, messages.SUCCESS)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Tombstones: what has gone, how to know it again, when, by whose approval."""

    list_display = ["subject", "since", "ended_at", "digest", "register", "left_because"]
    list_filter = [ByEntrysKind]
    list_select_related = ["register"]
    search_fields = ["subject", "digest"]
