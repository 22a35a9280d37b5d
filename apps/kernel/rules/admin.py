"""The law in admin: rows are read here and changed only through proposals that another person decides."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm, model_to_dict
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from apps.kernel.readonly import ReadOnlyAdmin
from apps.kernel.rules import review, showing
from apps.kernel.rules.forms import ParameterChangeForm
from apps.kernel.rules.models import LegalDocument, Parameter, ParameterChange, Policy, PolicyVersion, Provision
from apps.kernel.workcalendar.admin import actor_of


@admin.register(LegalDocument)
class LegalDocumentAdmin(ReadOnlyAdmin):
    list_display = ["code", "title", "number", "in_force_from", "in_force_to"]
    list_filter = ["in_force_from"]
    search_fields = ["code", "title", "number"]


class InWords(admin.ModelAdmin):
    """Rules are read in words; the code and the stored value stand beside them."""

    @admin.display(description=gettext_lazy("内容"))
    def said(self, row: Provision) -> str:
        return showing.words(row)

    @admin.display(description=gettext_lazy("依据"))
    def source(self, row: Provision) -> str:
        return row.source


@admin.register(Parameter)
class ParameterAdmin(InWords, ReadOnlyAdmin):
    list_display = ["title", "said", "valid_from", "valid_to", "confidence", "review", "source", "code"]
    list_filter = ["review", "confidence", "shape", "region"]
    list_select_related = ["document"]
    search_fields = ["code", "title", "clause", "document__title", "document__number"]
    search_help_text = gettext_lazy("按名称、代码、条款或者法律文件查找，例如 滞纳金")
    readonly_fields = ["said"]
    actions = ["propose_as_it_stands"]

    @admin.action(description=gettext_lazy("核对无误，提请复核"), permissions=["view"])
    def propose_as_it_stands(self, request: HttpRequest, rows: QuerySet[Parameter]) -> None:
        def propose(row: Parameter) -> None:
            provision = {name: getattr(row, name) for name in review.PROVISION_FIELDS}
            review.propose(actor_of(request), reason=gettext("与原文核对一致"), **provision)

        _each(self, request, rows, propose)


class DecisionForm(ActionForm):
    """Approve or refuse, with the words of the one who decides."""

    opinion = forms.CharField(label=gettext_lazy("复核意见（退回时必填）"), max_length=300, required=False)


@admin.register(ParameterChange)
class ParameterChangeAdmin(InWords):
    """Proposed by one person on a form, decided by another from the list; what it would change stands beside it."""

    list_display = ["title", "now", "said", "valid_from", "valid_to", "reason", "state", "proposed_by", "decided_by"]
    list_filter = ["state", "confidence"]
    list_select_related = ["proposed_by", "decided_by"]
    search_fields = ["code", "title", "reason"]
    search_help_text = gettext_lazy("按名称、代码或者变更理由查找")
    action_form = DecisionForm
    form = ParameterChangeForm
    fields = [
        "code",
        "region",
        "title",
        ("valid_from", "valid_to"),
        ("shape", "value"),
        ("unit", "comparator"),
        ("document", "clause"),
        "confidence",
        "reason",
    ]
    outcome = ["now", "said", "state", "proposed_by", "proposed_at", "decided_by", "decided_at", "opinion"]
    actions = ["approve", "refuse"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What changes begins as what holds: ``of`` names the row."""
        asked = request.GET.get("of", "")
        row = Parameter.objects.filter(pk=asked).first() if asked.isdecimal() else None
        return {} if row is None else model_to_dict(row, exclude=["id", "valid_from"])

    def get_fields(self, request: HttpRequest, obj: ParameterChange | None = None) -> list[Any]:
        return self.fields if obj is None else [*self.fields, *self.outcome]

    def get_readonly_fields(self, request: HttpRequest, obj: ParameterChange | None = None) -> list[str]:
        return [] if obj is None else self.outcome

    @admin.display(description=gettext_lazy("同日现行值"))
    def now(self, row: ParameterChange) -> str:
        if row.state != ParameterChange.State.PROPOSED:
            return ""
        held = showing.in_force(row)
        return showing.words(held) if held else gettext("没有")

    def has_change_permission(self, _request: HttpRequest, _obj: ParameterChange | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: ParameterChange | None = None) -> bool:
        return False

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("rules.approve_parameterchange")

    def save_model(self, request: HttpRequest, obj: ParameterChange, form: ModelForm, change: bool) -> None:  # noqa: FBT001 - admin's own
        saved = review.propose(actor_of(request), **form.cleaned_data)
        obj.pk, obj._state.adding = saved.pk, False  # noqa: SLF001 - the form's object now is the saved row

    @admin.action(description=gettext_lazy("通过所选变更"), permissions=["approve"])
    def approve(self, request: HttpRequest, rows: QuerySet[ParameterChange]) -> None:
        opinion = request.POST.get("opinion", "")
        _each(self, request, rows, lambda row: review.approve(row, actor_of(request), opinion))

    @admin.action(description=gettext_lazy("退回所选变更"), permissions=["approve"])
    def refuse(self, request: HttpRequest, rows: QuerySet[ParameterChange]) -> None:
        opinion = request.POST.get("opinion", "")
        _each(self, request, rows, lambda row: review.refuse(row, actor_of(request), opinion))


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "taxes", "enjoyed_field"]
    search_fields = ["code", "name"]


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyAdmin):
    """Versions are proposed and decided at the counter, where a proposal is tried out first."""

    list_display = ["policy", "number", "valid_from", "valid_to", "state", "confidence", "proposed_by", "decided_by"]
    list_filter = ["state", "confidence", "claim_mode", "straight_through"]
    list_select_related = ["policy", "proposed_by", "decided_by"]
    search_fields = ["policy__code", "policy__name", "condition", "source"]


def _each(page: admin.ModelAdmin, request: HttpRequest, rows: QuerySet, act: Callable[[Any], object]) -> None:
    """Do something to each chosen row; say which were done and which not, and why."""
    for row in rows:
        try:
            act(row)
        except (ValidationError, PermissionDenied) as error:
            why = "；".join(error.messages) if isinstance(error, ValidationError) else str(error)
            page.message_user(request, f"{row}：{why}", messages.ERROR)
        else:
            page.message_user(request, gettext("%(row)s：已办理。") % {"row": row}, messages.SUCCESS)
