"""Chapter 2's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from django.urls import include, path

from apps.services.channels import urls as channels
from apps.services.invoices import api_urls as invoices_api
from apps.services.invoices import urls as invoices
from apps.services.wizard import urls as wizard

# Pages for everyone, signed in or not.
urlpatterns = [*channels.urlpatterns, *wizard.urlpatterns]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *channels.acting_urlpatterns,
    *invoices.acting_urlpatterns,
    *wizard.acting_urlpatterns,
    path("filing/vat/", include("apps.services.filing.urls")),
]

# Under /counter/, /partner/ and /api/v1/
counter_urlpatterns = [*channels.counter_urlpatterns]
partner_urlpatterns = []
api_urlpatterns = [*channels.api_urlpatterns, *invoices_api.urlpatterns, *wizard.api_urlpatterns]
