"""Chapter 4's routes, gathered from its rooms by front door; the portal includes each list in its place."""

from django.urls import include, path

from apps.collaboration.registry import urls as registry

# Under /partner/ and /api/v1/
partner_urlpatterns = [path("registry/", include((registry.partner_urlpatterns, "registry")))]
api_urlpatterns = [*registry.api_urlpatterns]
