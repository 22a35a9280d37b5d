"""Chapter 2's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from django.urls import include, path

from apps.services.agencies import urls as agencies
from apps.services.invoices import api_urls as invoices_api
from apps.services.invoices import urls as invoices
from apps.services.onenet import urls as onenet
from apps.services.regions import urls as regions

# Pages for everyone, signed in or not.
urlpatterns = [*agencies.urlpatterns, *onenet.urlpatterns]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *agencies.acting_urlpatterns,
    *invoices.acting_urlpatterns,
    *regions.acting_urlpatterns,
    path("filing/vat/", include("apps.services.filing.urls")),
]

# Under /counter/, /partner/ and /api/v1/
counter_urlpatterns = [*agencies.counter_urlpatterns, *onenet.counter_urlpatterns, *regions.counter_urlpatterns]
partner_urlpatterns = []
api_urlpatterns = [
    *agencies.api_urlpatterns,
    *invoices_api.urlpatterns,
    *onenet.api_urlpatterns,
    *regions.api_urlpatterns,
]
