"""Verifies invoices for anyone (查验, Art 14): by what is printed on them, or by their file.

Who asks must hold the invoice: number, date and total must all agree, else the answer is the same as for
an invoice that does not exist. Nothing is disclosed that the asker does not show to hold.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from apps.kernel.parties.models import Party
from apps.services.invoices import keeping, opening
from apps.services.invoices.models import Invoice, RedLetter
from apps.services.invoices.parsing import Parsed

SAME, SAME_CONTENT, TAMPERED = "same", "same_content", "tampered"


class VerifyThrottle(SimpleRateThrottle):
    """Checks per address: enough for an accountant with a stack of paper, too few to try totals."""

    scope = "invoice-verify"
    rate = "60/min"

    def get_cache_key(self, request, view) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


@dataclass(frozen=True)
class Answer:
    """What a check says. ``file`` is empty when only the printed particulars were given."""

    number: str
    kind: str
    status: str
    issued_on: dt.date
    seller_name: str
    buyer_name: str
    amount: Decimal
    tax: Decimal
    total: Decimal
    red_amount: Decimal  # what red invoices have taken back, net
    sha256: str
    file: str = ""


def by_particulars(*, number: str, issued_on: dt.date, total: Decimal) -> Answer | None:
    """The invoice these three name together, or None."""
    invoice = Invoice.objects.select_related("original", "buyer").filter(number=number, total=total).first()
    if invoice is None or timezone.localtime(invoice.issued_at).date() != issued_on:
        return None
    return _answer(invoice)


def by_file(content: bytes) -> Answer | None:
    """Whether a file is the invoice as it was issued, or None when there is none like it.

    A file that has been tampered with still shows to be of the invoice: its number with the day and the total,
    or with both parties.

    :raises ValidationError: on ``file``, when it cannot be read as an invoice at all.
    """
    parsed, _original = opening.read(content)
    invoice = Invoice.objects.select_related("original", "buyer").filter(number=parsed.number).first()
    if invoice is None:
        return None
    day = timezone.localtime(invoice.issued_at).date() == parsed.issued_at.date()
    holds = (day and invoice.total == parsed.total) or (
        invoice.seller_number == parsed.seller_number and invoice.buyer_number == parsed.buyer_number and day
    )
    if not holds:
        return None
    if invoice.digest == keeping.digest(parsed):
        exact = hashlib.sha256(content).hexdigest() == invoice.original.sha256
        return _answer(invoice, file=SAME if exact else SAME_CONTENT)
    return _tampered(parsed)


def _tampered(parsed: Parsed) -> Answer:
    """Of a tampered file's invoice only the state is told, with what the file itself says."""
    return Answer(
        number=parsed.number,
        kind="",
        status="",
        issued_on=parsed.issued_at.date(),
        seller_name="",
        buyer_name="",
        amount=parsed.amount,
        tax=parsed.tax,
        total=parsed.total,
        red_amount=Decimal("0.00"),
        sha256="",
        file=TAMPERED,
    )


def _answer(invoice: Invoice, *, file: str = "") -> Answer:
    reds = RedLetter.objects.filter(blue=invoice, state=RedLetter.State.ISSUED)
    return Answer(
        number=invoice.number,
        kind=invoice.get_kind_display(),
        status=invoice.get_status_display(),
        issued_on=timezone.localtime(invoice.issued_at).date(),
        seller_name=invoice.seller_name,
        buyer_name=_shown(invoice.buyer_name, invoice.buyer),
        amount=invoice.amount,
        tax=invoice.tax,
        total=invoice.total,
        red_amount=sum((form.amount for form in reds), Decimal("0.00")),
        sha256=invoice.original.sha256,
        file=file,
    )


def _shown(name: str, party: Party | None) -> str:
    """A company's name is public, of a person's the holder recognises the first character."""
    return f"{name[:1]}**" if party is not None and party.kind == Party.Kind.PERSON else name
