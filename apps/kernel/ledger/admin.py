"""The ledger as administrators see it: looked at, never written; exceptions are resolved through their use case."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger import exceptions
from apps.kernel.ledger.forms import ResolveForm
from apps.kernel.ledger.models import (
    Account,
    Allocation,
    Charge,
    GatewayNotice,
    JournalEntry,
    Levy,
    Overpayment,
    Payment,
    PaymentException,
    PaymentLine,
    Posting,
    Reconciliation,
    ReconciliationRow,
    Refund,
)
from apps.kernel.parties.actors import Actor
from apps.kernel.readonly import ReadOnly, ReadOnlyAdmin


class AllocationInline(ReadOnly, admin.TabularInline):
    model = Allocation


class LineInline(ReadOnly, admin.TabularInline):
    model = PaymentLine


class PostingInline(ReadOnly, admin.TabularInline):
    model = Posting


class RowInline(ReadOnly, admin.TabularInline):
    """Only what did not match: a day's matches run into the thousands."""

    model = ReconciliationRow

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).exclude(kind=ReconciliationRow.Kind.MATCHED)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "kind"]
    list_filter = ["kind"]
    search_fields = ["code", "name"]


@admin.register(Levy)
class LevyAdmin(ReadOnlyAdmin):
    list_display = ["code", "name", "kind", "account", "late_fee", "source", "confidence"]
    list_filter = ["kind", "late_fee", "confidence"]
    list_select_related = ["account"]
    search_fields = ["code", "name"]


@admin.register(Charge)
class ChargeAdmin(ReadOnlyAdmin):
    list_display = ["ref", "party", "levy", "period", "due", "amount", "paid", "about"]
    list_filter = ["levy", "due"]
    list_select_related = ["party", "levy"]
    search_fields = ["ref", "about", "party__name__startswith"]
    inlines = [AllocationInline]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = ["number", "party", "amount", "received", "state", "created_at", "paid_at"]
    list_filter = ["state", "created_at"]
    list_select_related = ["party"]
    search_fields = ["number", "gateway_reference", "party__name__startswith"]
    inlines = [LineInline, AllocationInline]


@admin.register(Overpayment)
class OverpaymentAdmin(ReadOnlyAdmin):
    list_display = ["ref", "party", "payment", "amount", "reason", "found_at"]
    list_select_related = ["party", "payment"]
    search_fields = ["ref", "payment__number"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["number", "party", "amount", "state", "requested_by", "decided_by", "paid_at"]
    list_filter = ["state"]
    list_select_related = ["party", "requested_by", "decided_by"]
    search_fields = ["number", "party__name__startswith"]


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "about", "memo", "at"]
    list_filter = ["kind", "at"]
    search_fields = ["about"]
    inlines = [PostingInline]


@admin.register(GatewayNotice)
class GatewayNoticeAdmin(ReadOnlyAdmin):
    list_display = ["number", "source", "status", "amount", "received_at", "outcome"]
    list_filter = ["source", "status", "outcome"]
    search_fields = ["number", "reference"]


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    list_display = [
        "day",
        "run_at",
        "here_count",
        "here_total",
        "there_count",
        "there_total",
        "control_ok",
        "differences",
    ]
    list_filter = ["control_ok", "day"]
    inlines = [RowInline]

    def get_queryset(self, request: HttpRequest):
        unmatched = ~Q(rows__kind=ReconciliationRow.Kind.MATCHED)
        return super().get_queryset(request).annotate(unmatched=Count("rows", filter=unmatched))

    @admin.display(description=_("差异笔数"))
    def differences(self, report: Reconciliation) -> int:
        return report.unmatched


class OpenFilter(admin.SimpleListFilter):
    """The queue: what nobody has resolved yet."""

    title, parameter_name = _("处理状态"), "open"

    def lookups(self, request: HttpRequest, model_admin: Any):
        return [("1", _("待处理")), ("0", _("已处理"))]

    def queryset(self, request: HttpRequest, queryset):
        return queryset if self.value() is None else queryset.filter(resolved_at__isnull=self.value() == "1")


@admin.register(PaymentException)
class PaymentExceptionAdmin(admin.ModelAdmin):
    form = ResolveForm
    list_display = ["number", "kind", "payment", "found_at", "decision", "resolved_by", "resolved_at"]
    list_filter = [OpenFilter, "kind"]
    list_select_related = ["payment", "resolved_by"]
    search_fields = ["number"]
    readonly_fields = ["kind", "number", "payment", "notice", "found_at", "resolved_by", "resolved_at"]
    fields = [*readonly_fields, "decision", "note"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: PaymentException | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.resolved_at is None)

    def save_model(self, request: HttpRequest, obj: PaymentException, form: ResolveForm, change: bool) -> None:  # noqa: FBT001 - as above
        if not change:
            raise PermissionDenied
        exceptions.resolve(obj, obj.decision, note=obj.note, actor=Actor(user=request.actor.user))
