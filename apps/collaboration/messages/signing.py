"""Whether a message is its partner's own: signed over its bytes, lately, and for this one call (Arts 22-30)."""

from django.core.cache import cache
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from apps.collaboration.messages.models import PartnerKey
from apps.kernel.notifications import signatures
from apps.kernel.parties.models import PartnerClient

UNSIGNED, WRONG, STALE, DOUBLED = "unsigned", "wrong_signature", "stale_timestamp", "doubled_nonce"
REMEMBERED = 2 * signatures.WINDOW_SECONDS  # a nonce, on either side of now
SIGNED = ("X-Timestamp", "X-Nonce", "X-Signature")


class NotSigned(APIException):
    """A message nobody can answer for."""

    status_code = 401

    def __init__(self, code: str) -> None:
        words = {
            UNSIGNED: _("报文没有签名。请按接口文档在请求头中提供 X-Timestamp、X-Nonce 和 X-Signature。"),
            WRONG: _("报文签名不正确。请核对密钥，签名后不要改动报文。"),
            STALE: _("报文时间戳超出允许的范围。请校准系统时间后重新签名。"),
            DOUBLED: _("这个随机数已用于另一个报文，请每次生成新的。"),
        }
        super().__init__(words[code], code)
        self.code = code


def check(request: Request, client: PartnerClient, *, replayed: bool) -> None:
    """Refuse what a partner with a secret has not signed. What is replayed was in time when it came, or is vouched for.

    :raises NotSigned: with its code.
    """
    key = PartnerKey.objects.filter(client=client).first()
    if key is None:
        return
    if not all(request.headers.get(name) for name in SIGNED):
        raise NotSigned(UNSIGNED)
    body = getattr(request._request, "_body", b"")  # noqa: SLF001 - as they came; none of what is too long
    nonce = _verified(body, request, key, window=None if replayed else signatures.WINDOW_SECONDS)
    if replayed:
        return
    # Sent again because the answer was lost, it is the same call; the same nonce for another call is a forgery.
    call = f"{request.method} {request.path} {request.headers.get('Idempotency-Key', '')}"
    name = f"partner-nonce/{client.pk}/{nonce}"
    if not cache.add(name, call, timeout=REMEMBERED) and cache.get(name) != call:
        raise NotSigned(DOUBLED)


def _verified(body: bytes, request: Request, key: PartnerKey, *, window: int | None) -> str:
    for secret in key.secrets:
        try:
            return signatures.verify(body, request.headers, secret=secret, window=window)
        except signatures.OutOfTime as error:
            raise NotSigned(STALE) from error
        except signatures.BadSignature:
            continue
    raise NotSigned(WRONG)
