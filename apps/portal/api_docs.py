"""The API's description (OpenAPI 3.1) and a page to try it, both public and under the strict policy."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class Schema(SpectacularAPIView):
    """The OpenAPI document; JSON with ``?format=json``."""

    permission_classes = [AllowAny]


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from the installed package, with its settings in a script of their own."""

    permission_classes = [AllowAny]
    url_name = "api_schema"
    template_name = "portal/api_docs.html"
