"""What was applied for, in admin: to look at; applications change only through their cases."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.kernel.readonly import ReadOnlyAdmin
from apps.services.agencies.models import AgencyApplication
from apps.services.bundles.close_business import BusinessClosure
from apps.services.bundles.flexible_insurance import FlexibleInsurance
from apps.services.bundles.newborn import Newborn
from apps.services.bundles.property_transfer import PropertyTransfer
from apps.services.bundles.start_business import BusinessStart
from apps.services.entitlement.models import EntitlementCheck, PolicyClaim
from apps.services.invoices.models import QuotaAdjustment
from apps.services.procedures.deferral import Deferral
from apps.services.procedures.filing_extension import FilingExtension
from apps.services.procedures.reduction import Reduction
from apps.services.procedures.refund import RefundClaim
from apps.services.regions.models import Forwarding, Incoming


@admin.register(
    AgencyApplication,
    BusinessClosure,
    BusinessStart,
    Deferral,
    EntitlementCheck,
    FilingExtension,
    FlexibleInsurance,
    Forwarding,
    Incoming,
    Newborn,
    PolicyClaim,
    PropertyTransfer,
    QuotaAdjustment,
    Reduction,
    RefundClaim,
)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["case", "state", "submitted_at"]
    list_filter = ["case__state"]
    search_fields = ["case__number"]
    list_select_related = ["case"]

    @admin.display(description=_("状态"))
    def state(self, row) -> str:
        return str(row.case.standing.label)

    @admin.display(description=_("提交时间"))
    def submitted_at(self, row):
        return row.case.submitted_at
