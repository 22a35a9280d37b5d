"""Chapter 2's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from apps.services.filing import urls as filing
from apps.services.invoices import api_urls as invoices_api
from apps.services.invoices import urls as invoices

# Pages for everyone, signed in or not.
urlpatterns = []

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *filing.acting_urlpatterns,
    *invoices.acting_urlpatterns,
]

# Under /counter/, /partner/ and /api/v1/
counter_urlpatterns = []
partner_urlpatterns = []
api_urlpatterns = [*filing.api_urlpatterns, *invoices_api.urlpatterns]
