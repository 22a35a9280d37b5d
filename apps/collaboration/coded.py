"""A refusal to a partner's system says in a word what is wrong, beside the message for people (Arts 29, 30)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.kernel.casework.cases import NotOpen


class Refusal(ValidationError):
    """Bad input with a word for machines, on the field it names or on none."""

    def __init__(self, message: Any, code: str) -> None:
        if isinstance(message, dict):
            message = {name: ValidationError(text, code=code) for name, text in message.items()}
        super().__init__(message, code)


class CodedView(APIView):
    """Adds ``code`` to an error the use case refused with one: ``above_order``, ``not_asked``, ``not_open`` …"""

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        code = _code(exc)
        if code and isinstance(response.data, dict):
            response.data["code"] = code
        return response


def _code(error: Exception) -> str:
    if isinstance(error, NotOpen):
        return "not_open"
    if isinstance(error, PermissionDenied):
        return "not_allowed"
    if not isinstance(error, ValidationError):
        return ""
    found: Any = error
    if hasattr(found, "error_dict"):
        found = next(iter(found.error_dict.values()))[0]
    elif hasattr(found, "error_list"):
        found = found.error_list[0]
    return getattr(found, "code", "") or "invalid"
