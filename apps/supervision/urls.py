"""Routes of chapters 5 and 6, gathered from their rooms by front door; the portal includes each list in its place."""

from apps.supervision.complaints import urls as complaints
from apps.supervision.credit import urls as credit
from apps.supervision.dishonesty import urls as dishonesty
from apps.supervision.joint import urls as joint
from apps.supervision.liability import urls as liability
from apps.supervision.referral import urls as referral
from apps.supervision.reports import urls as reports
from apps.supervision.risk import urls as risk

# Pages for everyone, signed in or not.
urlpatterns = [
    *complaints.urlpatterns,
    *reports.urlpatterns,
    *credit.urlpatterns,
    *joint.urlpatterns,
    *dishonesty.urlpatterns,
]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *complaints.acting_urlpatterns,
    *credit.acting_urlpatterns,
    *risk.acting_urlpatterns,
]

# Under /counter/
counter_urlpatterns = [
    *complaints.counter_urlpatterns,
    *reports.counter_urlpatterns,
    *credit.counter_urlpatterns,
    *risk.counter_urlpatterns,
    *joint.counter_urlpatterns,
    *dishonesty.counter_urlpatterns,
    *referral.counter_urlpatterns,
    *liability.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns: list = [
    *credit.partner_urlpatterns,
    *joint.partner_urlpatterns,
    *dishonesty.partner_urlpatterns,
    *referral.partner_urlpatterns,
    *liability.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns: list = [
    *complaints.api_urlpatterns,
    *credit.api_urlpatterns,
    *risk.api_urlpatterns,
    *joint.api_urlpatterns,
    *dishonesty.api_urlpatterns,
]
