"""Hands an issued invoice over (交付, Art 14): to the buyer's inbox, by e-mail with its files, or by a code.

Whoever holds the code - printed as QR on the invoice's page - picks the invoice up without signing in.
"""

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import attachments, outbox
from apps.kernel.notifications.attachments import Attachment
from apps.kernel.parties.actors import Actor
from apps.services.invoices import importing
from apps.services.invoices.layout import ofd, pdf
from apps.services.invoices.models import Invoice, InvoiceIssue

INBOX_LETTER, MAIL_LETTER = "invoice-delivered", "invoice-by-mail"


def hand_over(invoice: Invoice, *, actor: Actor) -> None:
    """Deliver what was just issued: to the buyer here, and to the e-mail address the seller was given."""
    if invoice.buyer is not None:
        outbox.send(INBOX_LETTER, invoice.buyer, _said(invoice), about=f"invoice/{invoice.number}")
    if invoice.issue.email:
        _mail(invoice, invoice.issue.email, actor=actor)


@transaction.atomic
def send_again(invoice: Invoice, email: str, *, actor: Actor) -> None:
    """Send an invoice the party acted for issued to an e-mail address.

    :raises ValidationError: when the address is none.
    """
    party = importing.authorise(actor)
    issue = InvoiceIssue.objects.select_for_update(no_key=True).filter(invoice=invoice, party=party).first()
    if issue is None:
        raise ValidationError({"email": _("只能发送在本系统开具的发票。")})
    validate_email(email)
    _mail(invoice, email, actor=actor)


def pick_up(code: str) -> Invoice | None:
    """The invoice behind a pick-up code, or None: a wrong code is no different from nonsense."""
    found = Invoice.objects.select_related("issue", "original").filter(issue__code=code)
    return found.first()


def pick_up_url(invoice: Invoice) -> str:
    """The public address of an invoice issued here."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("invoice_public:pick_up", args=[invoice.issue.code])


def qr(invoice: Invoice) -> str:
    """The pick-up address as a picture for a page."""
    return segno.make(pick_up_url(invoice), error="m").svg_data_uri(scale=4, border=2)


def papers(invoice: Invoice) -> list[Attachment]:
    """The invoice in its three forms. The XML is the original; PDF and OFD show it."""
    stem = f"dzfp_{invoice.number}"
    return [
        Attachment(f"{stem}.xml", bytes(invoice.original.content), "application/xml"),
        Attachment(f"{stem}.pdf", pdf.write(invoice), "application/pdf"),
        Attachment(f"{stem}.ofd", ofd.write(invoice), "application/ofd"),
    ]


def connect() -> None:
    """Let the mail carry the invoice's files; called once at start-up."""
    for template in (INBOX_LETTER, MAIL_LETTER):
        attachments.register(template, _papers_about)


def _papers_about(about: str) -> list[Attachment]:
    return papers(Invoice.objects.select_related("original").get(number=about.partition("/")[2]))


def _mail(invoice: Invoice, email: str, *, actor: Actor) -> None:
    outbox.send_mail(
        MAIL_LETTER, email, _said(invoice) | {"url": pick_up_url(invoice)}, about=f"invoice/{invoice.number}"
    )
    log.record(f"invoices/{invoice.seller_id}", "invoice.mailed", actor=actor, target=invoice.number)


def _said(invoice: Invoice) -> dict:
    return {
        "number": invoice.number,
        "seller": invoice.seller_name,
        "buyer": invoice.buyer_name,
        "total": invoice.total,
        "issued_on": invoice.issued_at,
    }
