"""Chapter 4's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from django.urls import include, path

from apps.collaboration.banks import urls as banks
from apps.collaboration.courts import urls as courts
from apps.collaboration.fees import urls as fees
from apps.collaboration.registry import urls as registry

# Pages for everyone, signed in or not.
urlpatterns: list = []

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *fees.acting_urlpatterns,
    *banks.acting_urlpatterns,
]

# Under /counter/
counter_urlpatterns = [
    *fees.counter_urlpatterns,
    *banks.counter_urlpatterns,
    *courts.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns = [
    path("registry/", include((registry.partner_urlpatterns, "registry"))),
    *fees.partner_urlpatterns,
    *banks.partner_urlpatterns,
    *courts.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns = [
    *registry.api_urlpatterns,
    *fees.api_urlpatterns,
    *banks.api_urlpatterns,
    *courts.api_urlpatterns,
]
