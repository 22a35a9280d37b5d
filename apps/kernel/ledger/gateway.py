"""The payment gateway's interface: signed requests out, signed answers and notices in."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import httpx
from django.conf import settings

from apps.kernel.ledger.models import GatewayNotice, Payment, Refund
from apps.kernel.notifications import posting, signatures

TIMEOUT = httpx.Timeout(8, connect=3)
Source = GatewayNotice.Source


class Unreachable(Exception):
    """The gateway did not answer, or not in its own name: nothing is known, ask again later."""


class Refused(Exception):
    """The gateway understood and will not do it."""


class NotKnown(Refused):
    """The gateway has never heard of this number."""


class Malformed(Exception):
    """A signed notice that says nothing we can read."""


@dataclass(frozen=True)
class Order:
    """An order as the gateway knows it."""

    reference: str
    pay_url: str
    status: str


@dataclass(frozen=True)
class Notice:
    """What the gateway says became of a payment or a refund."""

    kind: str
    number: str
    status: str
    amount: Decimal
    reference: str
    happened_at: dt.datetime | None
    nonce: str
    source: str


def check_config() -> list[str]:
    """The settings still missing before anyone can pay."""
    return [name for name in ("PAYMENT_GATEWAY_SECRET", "PAYMENT_CALLBACK_SECRET") if not getattr(settings, name)]


def open_order(payment: Payment) -> Order:
    """Create the order, or find the one an earlier, lost answer created: the number is ours."""
    answer = _call(
        "POST",
        "/orders",
        {
            "number": payment.number,
            "amount": str(payment.amount),
            "title": "上海税费缴款",
            "expires_at": payment.expires_at.isoformat(),
            "return_url": payment.return_url,
        },
    )
    return Order(answer["reference"], settings.PAYMENT_GATEWAY_PUBLIC_URL + answer["pay_path"], answer["status"])


def close_order(number: str) -> Notice | None:
    """Ask that an order can no longer be paid; what it had become meanwhile is the answer."""
    try:
        return _asked(_call("POST", f"/orders/{number}/close", {}))
    except NotKnown:
        return None


def ask(number: str) -> Notice | None:
    """What became of an order; ``None`` when the gateway has never heard of it."""
    try:
        return _asked(_call("GET", f"/orders/{number}"))
    except NotKnown:
        return None


def refund(row: Refund) -> Notice:
    """Order a refund, or find the one ordered before."""
    return _asked(
        _call(
            "POST",
            "/refunds",
            {"number": row.number, "order": row.overpayment.payment.number, "amount": str(row.amount)},
        )
    )


def statement(day: dt.date) -> str:
    """The gateway's statement of a day, as CSV."""
    return _send("GET", f"/statements/{day.isoformat()}.csv").text


def read_callback(body: bytes, headers: Mapping[str, str]) -> Notice:
    """A callback's notice.

    :raises signatures.BadSignature: when it is not the gateway's, or too old.
    :raises Malformed: when it is, and cannot be read.
    """
    nonce = signatures.verify(body, headers, secret=settings.PAYMENT_CALLBACK_SECRET)
    try:
        return _notice(json.loads(body), nonce=nonce, source=Source.CALLBACK)
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise Malformed from error


def _asked(answer: dict[str, Any]) -> Notice:
    # The same answer to the same question is the same notice, however often it is asked.
    nonce = f"asked:{answer['number']}:{answer['status']}"
    return _notice(answer, nonce=nonce, source=Source.QUERY)


def _notice(data: dict[str, Any], *, nonce: str, source: str) -> Notice:
    amount = Decimal(data["amount"])
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")) or not 0 <= amount < Decimal("1e16"):
        raise ValueError("amount")
    happened = data.get("happened_at")
    return Notice(
        kind=str(data["kind"]),
        number=str(data["number"])[:60],
        status=str(data["status"])[:20],
        amount=amount,
        reference=str(data.get("reference", ""))[:60],
        happened_at=dt.datetime.fromisoformat(happened) if happened else None,
        nonce=nonce,
        source=source,
    )


def _call(method: str, path: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        return _send(method, path, payload).json()
    except ValueError as error:
        raise Unreachable("not JSON") from error


def _send(method: str, path: str, payload: dict[str, Any] | None = None) -> httpx.Response:
    # What is signed names the request too, so a signature cannot be moved to another address.
    body = b"" if payload is None else json.dumps(payload, ensure_ascii=False).encode()
    headers = signatures.headers(f"{method} {path}\n".encode() + body, secret=settings.PAYMENT_GATEWAY_SECRET)
    if payload is not None:
        headers["Content-Type"] = "application/json"
    try:
        answer = posting.client().request(
            method, settings.PAYMENT_GATEWAY_URL + path, content=body, headers=headers, timeout=TIMEOUT
        )
        if answer.status_code >= 500 or answer.status_code in {401, 403}:
            raise Unreachable(f"HTTP {answer.status_code}")
        signatures.verify(answer.content, answer.headers, secret=settings.PAYMENT_CALLBACK_SECRET)
    except (httpx.HTTPError, signatures.BadSignature) as error:
        raise Unreachable(str(error) or type(error).__name__) from error
    if answer.status_code == 404:
        raise NotKnown
    if not answer.is_success:
        raise Refused(f"HTTP {answer.status_code}")
    return answer
