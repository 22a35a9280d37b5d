"""One shape for every error of the API: ``{"errors": {field: [messages]}}``, in the caller's language."""

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

# Messages that belong to no single field.
GENERAL = "detail"


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, with Django's own ``ValidationError`` counted as bad input as well."""
    if isinstance(error, DjangoValidationError):
        error = ValidationError(_django_messages(error))
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, ValidationError):
        response.data = {"errors": _by_field(error.detail)}
    else:
        detail = error.detail if isinstance(error, APIException) else response.data["detail"]
        response.data = {"errors": {GENERAL: _texts(detail)}}
    return response


def _django_messages(error: DjangoValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {GENERAL if name == NON_FIELD_ERRORS else name: texts for name, texts in error.message_dict.items()}
    return {GENERAL: error.messages}


def _by_field(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested serializer errors flattened to dotted names: ``items.0.amount``."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            key = path if name == "non_field_errors" else f"{path}.{name}".strip(".")
            found |= _by_field(inner, key)
        return found
    if isinstance(detail, list) and any(isinstance(inner, dict) for inner in detail):
        found = {}
        for number, inner in enumerate(detail):
            found |= _by_field(inner, f"{path}.{number}".strip(".")) if inner else {}
        return found
    return {path or GENERAL: _texts(detail)}


def _texts(detail: Any) -> list[str]:
    if isinstance(detail, ErrorDetail | str):
        return [str(detail)]
    if isinstance(detail, dict):
        return [text for inner in detail.values() for text in _texts(inner)]
    return [text for inner in detail for text in _texts(inner)]
