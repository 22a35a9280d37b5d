"""The API's description (OpenAPI 3.1) and a page to try it, both public and under the strict policy."""

from threading import Lock
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from apps.kernel.parties.api_auth import ACTING_HEADER

REFUSALS = {
    "400": "A field does not hold: what is wrong, and how to mend it.",
    "401": "No valid session or token.",
    "403": "Not allowed to this caller.",
    "404": "There is no such thing, or not for this caller.",
}
# What ``api_errors.handle`` answers.
ERRORS = {
    "type": "object",
    "required": ["errors"],
    "properties": {
        "errors": {
            "type": "object",
            "description": "Messages by field; `detail` holds those that belong to no field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        }
    },
}
ACTING = {
    "in": "header",
    "name": ACTING_HEADER,
    "schema": {"type": "string"},
    "description": "Reference of the party a signed-in user acts for; without it the own person or office.",
}


_GENERATOR = Lock()


class Schema(SpectacularAPIView):
    """The OpenAPI document; JSON with ``?format=json``."""

    permission_classes = [AllowAny]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """One at a time: the generator notes on each view's class which view it is looking at."""
        with _GENERATOR:
            return super().dispatch(request, *args, **kwargs)


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from the installed package, with its settings in a script of their own."""

    permission_classes = [AllowAny]
    url_name = "api_schema"
    template_name = "portal/api_docs.html"


def common_to_all(result: dict[str, Any], **_generation: Any) -> dict[str, Any]:
    """Describe once what every operation shares: whom a user acts for, and how a refusal reads.

    A refusal that an operation describes by itself, as of rows one by one, reads as it says.
    """
    result["components"]["schemas"]["Errors"] = ERRORS
    for path, operations in result["paths"].items():
        for operation in operations.values():
            private = bool(operation.get("security")) and {} not in operation["security"]
            if private:
                operation.setdefault("parameters", []).append(ACTING)
            for status in _refusals(path, operation, private=private):
                operation["responses"].setdefault(status, {"description": REFUSALS[status]})
            for status, response in operation["responses"].items():
                if status.startswith("4"):
                    response.setdefault(
                        "content", {"application/json": {"schema": {"$ref": "#/components/schemas/Errors"}}}
                    )
    return result


def _refusals(path: str, operation: dict[str, Any], *, private: bool) -> list[str]:
    statuses = {"401", "403", "404"} if private else set()
    if "{" in path:
        statuses.add("404")
    if "requestBody" in operation or any(each["in"] == "query" for each in operation.get("parameters", [])):
        statuses.add("400")
    return sorted(statuses)
