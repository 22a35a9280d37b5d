"""Seals a year's invoices into one package (归档, Art 14; 会计档案管理办法).

Every original with its PDF and what was marked on it, an index, a manifest whose links rest on the party's
package before, and a signature. A party archives an invoice once; the package is kept, never changed.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.kernel.audit import keys, log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock
from apps.services.invoices import importing
from apps.services.invoices.archive import offline
from apps.services.invoices.layout import pdf
from apps.services.invoices.models import ArchivedInvoice, ArchivePackage, Invoice, UseMark

KEEP = "archive-voucher-keep"
CATEGORY = "会计凭证—电子发票"
MOST = 200  # invoices of one package: each brings a PDF along
INDEX = "index.csv"


def waiting(party: Party, year: int):
    """Invoices of an accounting year that are entered in the books and not archived yet."""
    entered = UseMark.objects.filter(party=party, kind=UseMark.Kind.ENTERED, withdrawn_at=None)
    return (
        Invoice.objects.of(party)
        .filter(issued_at__year=year, pk__in=entered.values("invoice"))
        .exclude(pk__in=ArchivedInvoice.objects.filter(party=party).values("invoice"))
        .order_by("issued_at", "id")
    )


@transaction.atomic
def seal(year: int, *, actor: Actor) -> ArchivePackage:
    """Put what waits of a year into one sealed package, at most ``MOST`` invoices at a time.

    :raises ValidationError: when nothing waits.
    """
    party = importing.authorise(actor)
    key = _signing_key()
    Party.objects.select_for_update(no_key=True).get(pk=party.pk)  # packages of one party follow one another
    invoices = list(waiting(party, year).select_related("original")[:MOST])
    if not invoices:
        raise ValidationError(
            _("%(year)d 年没有等待归档的发票。先为发票做入账标识，再归档。") % {"year": year}, code="nothing"
        )
    before = ArchivePackage.objects.filter(party=party).order_by("-sequence").first()
    term = terms.term(KEEP, clock.today())
    package = ArchivePackage(
        party=party,
        sequence=before.sequence + 1 if before else 1,
        fiscal_year=year,
        keep_years=term.term,
        # Kept from the first day after the accounting year ended.
        keep_until=dt.date(year + term.term, 12, 31),
        invoices_number=len(invoices),
        previous=before.head if before else "",
        sealed_by=actor.user,
        sealed_at=clock.now(),
    )
    content, package.head = _written(package, invoices, source=term.source, key=key)
    package.sha256 = hashlib.sha256(content).hexdigest()
    package.file.save("package.zip", ContentFile(content), save=False)
    package.save(force_insert=True)
    ArchivedInvoice.objects.bulk_create(
        ArchivedInvoice(package=package, party=party, invoice=invoice) for invoice in invoices
    )
    log.record(
        f"invoices/{party.pk}", "invoice.archived", actor=actor, target=package.ref, data={"sha256": package.sha256}
    )
    return package


def open_package(package: ArchivePackage, *, actor: Actor) -> File:
    """The package's file; the look at it is put on record."""
    log.read(actor=actor, party_id=package.party_id, what=f"invoice-archive/{package.ref}", purpose=Purpose.OWN)
    return package.file.open("rb")


def check(package: ArchivePackage) -> list[str]:
    """What is wrong with a kept package, as the offline check finds it."""
    with package.file.open("rb") as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != package.sha256:
        return ["changed since it was sealed"]
    return offline.faults(io.BytesIO(content), trusted=keys.trusted_keys())


def _signing_key() -> Ed25519PrivateKey:
    try:
        return keys.signing_key()
    except ImproperlyConfigured as error:
        raise ValidationError(_("归档签名密钥尚未配置，暂时不能归档。请联系系统管理员。"), code="key") from error


def _written(
    package: ArchivePackage, invoices: Sequence[Invoice], *, source: str, key: Ed25519PrivateKey
) -> tuple[bytes, str]:
    files = {INDEX: _index(package.party, invoices), **dict(_files(invoices))}
    lines = offline.chained(files, package.previous)
    head = lines[-1]["link"]
    manifest = json.dumps(
        {
            "version": offline.VERSION,
            "package": package.ref,
            "sequence": package.sequence,
            "holder": {"name": package.party.name, "uscc": package.party.organisation.uscc},
            "category": CATEGORY,
            "fiscal_year": package.fiscal_year,
            "keep_years": package.keep_years,
            "keep_until": package.keep_until.isoformat(),
            "keep_source": source,
            "sealed_at": package.sealed_at.isoformat(),
            "previous": package.previous,
            "files": lines,
            "head": head,
        },
        ensure_ascii=False,
        indent=2,
    ).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
        archive.writestr(offline.MANIFEST, manifest)
        archive.writestr(offline.SIGNATURE, offline.sign(manifest, key))
    return packed.getvalue(), head


def _files(invoices: Sequence[Invoice]) -> Iterator[tuple[str, bytes]]:
    for invoice in invoices:
        folder = f"files/{invoice.number}"
        yield f"{folder}/{invoice.original.file_name}", bytes(invoice.original.content)
        yield f"{folder}/dzfp_{invoice.number}.pdf", pdf.write(invoice)


def _index(party: Party, invoices: Sequence[Invoice]) -> bytes:
    """The index a person or a spreadsheet reads, with the marks; in Chinese, as the archive is."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(
        ["发票号码", "票种", "状态", "开票日期", "销售方", "购买方", "金额", "税额", "价税合计", "方向", "凭证号"]
    )
    vouchers = dict(
        UseMark.objects.filter(
            invoice__in=invoices, party=party, kind=UseMark.Kind.ENTERED, withdrawn_at=None
        ).values_list("invoice_id", "voucher")
    )
    with translation.override("zh-hans"):
        for row in invoices:
            rows.writerow(
                _inert(value)
                for value in (
                    row.number,
                    row.get_kind_display(),
                    row.get_status_display(),
                    f"{timezone.localtime(row.issued_at):%Y-%m-%d}",
                    row.seller_name,
                    row.buyer_name,
                    row.amount,
                    row.tax,
                    row.total,
                    "销售" if row.is_sale_of(party) else "购买",
                    vouchers.get(row.pk, ""),
                )
            )
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _inert(value: object) -> str:
    """A text a spreadsheet would take for a formula is kept as text; an amount below zero is no text."""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
