"""Chapter 2's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from django.urls import include, path

from apps.services.entitlement import urls as entitlement
from apps.services.guidance import urls as guidance
from apps.services.invoices import api_urls as invoices_api
from apps.services.invoices import urls as invoices

# Pages for everyone, signed in or not.
urlpatterns = [*guidance.urlpatterns]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *guidance.acting_urlpatterns,
    *invoices.acting_urlpatterns,
    path("filing/vat/", include("apps.services.filing.urls")),
]

# Under /counter/, /partner/ and /api/v1/
counter_urlpatterns = [*entitlement.counter_urlpatterns, *guidance.counter_urlpatterns]
partner_urlpatterns = []
api_urlpatterns = [*entitlement.api_urlpatterns, *invoices_api.urlpatterns]
