"""Write a letter as PDF: tagged for screen readers (PDF/UA), fonts embedded, QR to the public check."""

import datetime as dt
import gc

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from apps.kernel.documents import codes, kinds
from apps.kernel.documents.models import IssuedDocument


def check_url(document: IssuedDocument) -> str:
    """The public address where anyone can check the document."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("documents:verify_code", args=[codes.grouped(document.code)])


def pdf(document: IssuedDocument) -> bytes:
    """The document as PDF. Official letters are Chinese whatever language their reader uses."""
    kind = kinds.get(document.kind)
    address = check_url(document)
    with translation.override("zh-hans"):
        html = render_to_string(
            kind.template,
            {
                **document.context,
                "document": document,
                "office_name": document.context["issuing_office"],
                "check_url": address,
                "check_page": settings.PUBLIC_URL.rstrip("/") + reverse("documents:verify"),
                "qr": segno.make(address, error="m").svg_data_uri(scale=4, border=0),
                "created": document.issued_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            },
        )
    return paper(html, document.ref)


def paper(html: str, identifier: str) -> bytes:
    """A page as PDF/UA. It is written from what it carries: it opens no file and no address."""
    # Loading it takes a quarter of the time a process needs to start, and hardly any process writes papers.
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    try:
        return HTML(string=html, url_fetcher=URLFetcher(allowed_protocols={"data"})).write_pdf(
            pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode()
        )
    finally:
        # The bytes of its fonts, twenty megabytes, lie in rings only the collector undoes, and it rarely comes by
        # itself: a hundred letters took two gigabytes.
        gc.collect()
