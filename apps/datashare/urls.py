"""Chapter 3's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from apps.datashare.catalogue import urls as catalogue
from apps.datashare.pulls import urls as pulls

# Pages for everyone, signed in or not.
urlpatterns = [
    *catalogue.urlpatterns,
]

# Under the taxpayer acted for: /as/<party_ref>/
acting_urlpatterns: list = []

# Under /counter/
counter_urlpatterns: list = [
    *pulls.counter_urlpatterns,
]

# Under /partner/
partner_urlpatterns = [
    *catalogue.partner_urlpatterns,
    *pulls.partner_urlpatterns,
]

# Under /api/v1/
api_urlpatterns: list = [
    *pulls.api_urlpatterns,
]
