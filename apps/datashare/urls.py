"""Chapter 3's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from apps.datashare.adhoc import urls as adhoc
from apps.datashare.catalogue import urls as catalogue
from apps.datashare.corrections import urls as corrections
from apps.datashare.pulls import urls as pulls
from apps.datashare.quality import urls as quality
from apps.datashare.requests import urls as requests
from apps.datashare.supply import urls as supply
from apps.datashare.use import urls as use

# Pages for everyone, signed in or not.
urlpatterns = [
    *catalogue.urlpatterns,
    *use.urlpatterns,
]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns: list = []

# Under /counter/
counter_urlpatterns: list = [
    *use.counter_urlpatterns,
    *adhoc.counter_urlpatterns,
    *supply.counter_urlpatterns,
    *requests.counter_urlpatterns,
    *pulls.counter_urlpatterns,
    *corrections.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns = [
    *catalogue.partner_urlpatterns,
    *use.partner_urlpatterns,
    *adhoc.partner_urlpatterns,
    *supply.partner_urlpatterns,
    *requests.partner_urlpatterns,
    *pulls.partner_urlpatterns,
    *quality.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns: list = [
    *catalogue.api_urlpatterns,
    *corrections.api_urlpatterns,
    *supply.api_urlpatterns,
    *pulls.api_urlpatterns,
    *quality.api_urlpatterns,
]
