"""Chapter 4's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from django.urls import include, path

from apps.collaboration.assistance import urls as assistance
from apps.collaboration.banks import urls as banks
from apps.collaboration.courts import urls as courts
from apps.collaboration.delegated import urls as delegated
from apps.collaboration.fees import urls as fees
from apps.collaboration.insurance import urls as insurance
from apps.collaboration.messages import urls as messages
from apps.collaboration.price import urls as price
from apps.collaboration.qualification import urls as qualification
from apps.collaboration.registry import urls as registry

# Pages for everyone, signed in or not.
urlpatterns: list = [
    *delegated.urlpatterns,
]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns = [
    *fees.acting_urlpatterns,
    *qualification.acting_urlpatterns,
    *delegated.acting_urlpatterns,
    *insurance.acting_urlpatterns,
    *banks.acting_urlpatterns,
    *courts.acting_urlpatterns,
]

# Under /counter/
counter_urlpatterns = [
    *fees.counter_urlpatterns,
    *assistance.counter_urlpatterns,
    *qualification.counter_urlpatterns,
    *price.counter_urlpatterns,
    *delegated.counter_urlpatterns,
    *insurance.counter_urlpatterns,
    *banks.counter_urlpatterns,
    *messages.counter_urlpatterns,
    *courts.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns = [
    path("registry/", include((registry.partner_urlpatterns, "registry"))),
    *fees.partner_urlpatterns,
    *assistance.partner_urlpatterns,
    *qualification.partner_urlpatterns,
    *price.partner_urlpatterns,
    *delegated.partner_urlpatterns,
    *insurance.partner_urlpatterns,
    *banks.partner_urlpatterns,
    *courts.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns = [
    *registry.api_urlpatterns,
    *fees.api_urlpatterns,
    *qualification.api_urlpatterns,
    *price.api_urlpatterns,
    *delegated.api_urlpatterns,
    *insurance.api_urlpatterns,
    *banks.api_urlpatterns,
    *courts.api_urlpatterns,
]
