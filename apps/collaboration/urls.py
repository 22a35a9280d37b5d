"""Chapter 4's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from django.urls import include, path

from apps.collaboration.fees import urls as fees
from apps.collaboration.insurance import urls as insurance
from apps.collaboration.registry import urls as registry

# Pages for everyone, signed in or not.
urlpatterns: list = []

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *fees.acting_urlpatterns,
    *insurance.acting_urlpatterns,
]

# Under /counter/
counter_urlpatterns = [
    *fees.counter_urlpatterns,
    *insurance.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns = [
    path("registry/", include((registry.partner_urlpatterns, "registry"))),
    *fees.partner_urlpatterns,
    *insurance.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns = [
    *registry.api_urlpatterns,
    *fees.api_urlpatterns,
    *insurance.api_urlpatterns,
]
