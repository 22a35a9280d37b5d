"""Chapter 3's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from apps.datashare.catalogue import urls as catalogue

# Pages for everyone, signed in or not; under /partner/.
urlpatterns = [*catalogue.urlpatterns]
partner_urlpatterns = [*catalogue.partner_urlpatterns]
