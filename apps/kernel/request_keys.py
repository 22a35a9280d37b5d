"""The caller's own key of a request to the API: the same request again is the same thing done once."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)


def idempotency_key(request: Request) -> str:
    """The key, without which nothing is done.

    :raises ValidationError: naming the header, coded ``key``.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 80:
        message = _("请在请求头中提供 8 至 80 个字符的 Idempotency-Key。")
        raise ValidationError({"Idempotency-Key": ValidationError(message, code="key")})
    return key
