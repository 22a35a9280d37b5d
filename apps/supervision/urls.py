"""Routes of chapters 5 and 6, gathered from their rooms by front door; the portal includes each list in its place."""

from apps.supervision.complaints import urls as complaints
from apps.supervision.credit import urls as credit
from apps.supervision.reports import urls as reports

# Pages for everyone, signed in or not.
urlpatterns = [
    *complaints.urlpatterns,
    *reports.urlpatterns,
    *credit.urlpatterns,
]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *complaints.acting_urlpatterns,
    *credit.acting_urlpatterns,
]

# Under /counter/
counter_urlpatterns = [
    *complaints.counter_urlpatterns,
    *reports.counter_urlpatterns,
    *credit.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns: list = [
    *credit.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns: list = [
    *credit.api_urlpatterns,
]
