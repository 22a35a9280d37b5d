"""Routes of chapters 5 and 6, gathered from their rooms by front door; the portal includes each list in its place."""

from apps.supervision.complaints import urls as complaints
from apps.supervision.liability import urls as liability
from apps.supervision.referral import urls as referral
from apps.supervision.reports import urls as reports

# Pages for everyone, signed in or not.
urlpatterns = [
    *complaints.urlpatterns,
    *reports.urlpatterns,
]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *complaints.acting_urlpatterns,
]

# Under /counter/
counter_urlpatterns = [
    *complaints.counter_urlpatterns,
    *reports.counter_urlpatterns,
    *referral.counter_urlpatterns,
    *liability.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns = [
    *referral.partner_urlpatterns,
    *liability.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns: list = []
