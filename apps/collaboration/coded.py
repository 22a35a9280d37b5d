"""A refusal to a partner's system says in a word what is wrong, beside the message for people (Arts 22-30)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions

from apps.kernel.casework.cases import NotOpen


class Refusal(ValidationError):
    """Bad input with a word for machines, on the field it names or on none."""

    def __init__(self, message: Any, code: str) -> None:
        if isinstance(message, dict):
            message = {name: ValidationError(text, code=code) for name, text in message.items()}
        super().__init__(message, code)


UNIT = "yuan"


def require_yuan(unit: str) -> None:
    """Amounts are yuan with two decimals; a system that counts otherwise says so and is refused.

    :raises Refusal: on ``unit``, coded ``wrong_unit``.
    """
    if unit != UNIT:
        raise Refusal({"unit": _("金额单位应是元（yuan），精确到分。")}, code="wrong_unit")


def code_of(error: Exception) -> str:
    """The word for machines."""
    if isinstance(error, NotOpen):
        return "not_open"
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return "not_allowed"
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, exceptions.ParseError):
        return "malformed"
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    if not isinstance(error, ValidationError):
        return getattr(error, "code", "")
    found: Any = error
    if hasattr(found, "error_dict"):
        found = next(iter(found.error_dict.values()))[0]
    elif hasattr(found, "error_list"):
        found = found.error_list[0]
    return getattr(found, "code", "") or "invalid"
