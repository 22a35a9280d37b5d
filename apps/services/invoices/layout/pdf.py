"""The invoice as PDF: tagged for screen readers, fonts embedded; it opens no file and no address."""

import segno
from django.template.loader import render_to_string
from django.utils import translation

from apps.kernel.documents import rendering
from apps.kernel.documents.amounts import in_words
from apps.services.invoices.models import Invoice


def write(invoice: Invoice) -> bytes:
    """The PDF; an invoice is Chinese whatever language its reader uses."""
    with translation.override("zh-hans"):
        html = render_to_string(
            "invoices/layout.html",
            {
                "invoice": invoice,
                "lines": invoice.lines.all(),
                "in_words": in_words(invoice.total),
                "remark": invoice.issue.remark if hasattr(invoice, "issue") else "",
                "drawer": str(invoice.issue.issued_by or "") if hasattr(invoice, "issue") else "",
                "qr": segno.make(_checkable(invoice), error="m").svg_data_uri(scale=3, border=0),
            },
        )
    return rendering.paper(html, invoice.number)


def _checkable(invoice: Invoice) -> str:
    """What the QR of an invoice holds: what a check asks for."""
    return f"01,32,,{invoice.number},{invoice.total},{invoice.issued_at:%Y%m%d},"
