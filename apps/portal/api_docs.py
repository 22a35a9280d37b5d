"""The API's description (OpenAPI 3.1) and a page to try it, both public and under the strict policy."""

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny


class Schema(SpectacularAPIView):
    """The OpenAPI document; JSON with ``?format=json``."""

    permission_classes = [AllowAny]


# Swagger UI sets styles from its script, which the policy reads as inline styles; scripts stay strict.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from the installed package, with its settings in a script of their own."""

    permission_classes = [AllowAny]
    url_name = "api_schema"
    template_name = "portal/api_docs.html"
