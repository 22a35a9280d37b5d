"""The caller's own key of a request to the API: the same request again is the same thing done once."""

import hashlib
import json

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

LONGEST = 80
KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, required=True)
KEY_IF_ANY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)


class RequestKey(str):
    """A key together with what was asked under it, so that asking something else under it can be told."""

    __slots__ = ("digest",)
    digest: str


def idempotency_key(request: Request) -> RequestKey:
    """The key, without which nothing is done.

    :raises ValidationError: naming the header, coded ``key``.
    """
    key = key_if_any(request)
    if key is None:
        raise _unusable()
    return key


def key_if_any(request: Request) -> RequestKey | None:
    """The key of a request that may do without.

    :raises ValidationError: when one is given that is too short or too long, coded ``key``.
    """
    given = request.headers.get("Idempotency-Key")
    if not given:
        return None
    if not 8 <= len(given) <= LONGEST:
        raise _unusable()
    key = RequestKey(given)
    asked = json.dumps(request.data, sort_keys=True, default=str, ensure_ascii=False)
    key.digest = hashlib.blake2b(asked.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    return key


def form_key(request: HttpRequest, scope: str = "") -> str | None:
    """The key a form carries, so that pressing twice does it once; none where what was sent is no key.

    ``scope`` keeps apart what one person may begin by the same form: a key sent to another of them is another key.
    """
    given = request.POST.get("key", "")
    if not (given.isprintable() and 0 < len(given) <= LONGEST - len(scope) - 1):
        return None
    return f"{scope}:{given}" if scope else given


def _unusable() -> ValidationError:
    message = _("请在请求头中提供 8 至 80 个字符的 Idempotency-Key。")
    return ValidationError({"Idempotency-Key": ValidationError(message, code="key")})
