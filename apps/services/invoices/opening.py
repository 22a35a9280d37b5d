"""Opens an invoice's OFD (GB/T 33190): a ZIP from outside, read within limits, with the XML or its terms inside.

Real files come in several forms. The XML attached whole is the best; without it ``CustomTag.xml`` of the
2024 form points from each term to texts of the page. An older file that holds only ``CustomDatas`` names
the invoice without its lines: it is refused with the number, so that its holder can fetch the XML.
"""

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.services.invoices import parsing
from apps.services.invoices.models import Invoice, InvoiceLine
from apps.services.invoices.parsing import SHANGHAI, Line, Parsed

MAX_ENTRIES = 200
MAX_UNPACKED = 8 * 1024 * 1024
TREATMENTS = {"免税": InvoiceLine.Treatment.EXEMPT, "不征税": InvoiceLine.Treatment.OUTSIDE}


def is_package(content: bytes) -> bool:
    """Whether a file is an OFD package, whatever it is called."""
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "OFD.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def read(content: bytes) -> tuple[Parsed, bytes]:
    """The invoice in any form it is handed in, and the bytes to keep as its original.

    :raises ValidationError: on ``file``, saying what is wrong and how to mend it.
    """
    if not is_package(content):
        return parsing.parse(content), content
    files = _unpacked(content)
    attached = _attached(files)
    if attached is not None:
        return parsing.parse(attached), attached
    tagged = _tagged(files)
    if tagged is not None:
        return tagged, content
    number = _custom_data(files).get("发票号码", "")
    raise parsing.refused(
        _("OFD 文件里只有发票号码 %(number)s，没有开票明细。请从电子税务局下载 XML 原件后上传。")
        % {"number": number[:20]}
        if number
        else _("OFD 文件里没有找到电子发票的数据。请从电子税务局下载 XML 原件后上传。")
    )


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The package's XML files, read no further than the limits whatever sizes it claims."""
    found: dict[str, bytes] = {}
    room = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise parsing.refused(_("OFD 文件里的条目过多，不是单张电子发票。"))
            for entry in entries:
                if not entry.filename.lower().endswith(".xml"):
                    continue
                if entry.flag_bits & 0x1:
                    raise parsing.refused(_("OFD 文件有密码，无法读取。请上传没有加密的文件。"))
                with archive.open(entry) as stream:
                    part = stream.read(room + 1)
                room -= len(part)
                if room < 0:
                    raise parsing.refused(_("OFD 文件展开后过大，不是单张电子发票。"))
                found[entry.filename] = part
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise parsing.refused(_("OFD 文件不完整，可能下载时被截断。请重新下载后上传。")) from error
    return found


def _attached(files: dict[str, bytes]) -> bytes | None:
    """The invoice's own XML, attached whole."""
    for name, content in files.items():
        if "/Attachs/" in f"/{name}" and b"<EInvoice" in content[:400]:
            return content
    return None


def _tagged(files: dict[str, bytes]) -> Parsed | None:
    """The invoice read through the terms of ``CustomTag.xml``; None when it has none or is broken."""
    tags = next((_tree(files[name]) for name in files if name.endswith("Tags/CustomTag.xml")), None)
    if tags is None:
        return None
    texts = dict(_texts(files))
    terms: dict[str, list[str]] = {}
    for holder in tags.iter():
        values = [texts.get((each.text or "").strip(), "") for each in holder if _name(each) == "ObjectRef"]
        if values:
            terms.setdefault(_name(holder), []).append("".join(values).strip())
    try:
        return _parsed(terms)
    except (KeyError, IndexError, ValueError, InvalidOperation) as error:
        raise parsing.refused(_("OFD 文件的发票数据不完整或者自相矛盾。请从电子税务局下载 XML 原件后上传。")) from error


def _texts(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Every text of every page by its id."""
    for name, content in files.items():
        page = _tree(content) if name.endswith("Content.xml") else None
        for holder in page.iter() if page is not None else ():
            if _name(holder) == "TextObject":
                said = "".join(each.text or "" for each in holder if _name(each) == "TextCode")
                yield holder.get("ID", ""), _once(said)


def _once(text: str) -> str:
    """A name printed twice over itself, as some makers thicken it, is meant once."""
    half = len(text) // 2
    return text[:half] if len(text) >= 8 and len(text) % 2 == 0 and text[:half] == text[half:] else text


def _parsed(terms: dict[str, list[str]]) -> Parsed:
    def one(term: str) -> str:
        return terms[term][0]

    amounts, taxes, schemes = terms["Amount"], terms.get("TaxAmount", []), terms["TaxScheme"]
    lines = tuple(
        _line(name, amount, scheme, tax)
        for name, amount, scheme, tax in zip(terms["Item"], amounts, schemes, taxes, strict=True)
    )
    year, month, day = map(int, re.findall(r"\d+", one("IssueDate"))[:3])
    number = one("InvoiceNo")
    if not re.fullmatch(r"[0-9]{20}", number):
        raise ValueError(number)
    amount, tax = _money(one("TaxExclusiveTotalAmount")), _money(one("TaxTotalAmount"))
    found = Parsed(
        number=number,
        kind=Invoice.Kind.SPECIAL if terms.get("InvoiceType", [""])[0] == "01" else Invoice.Kind.ORDINARY,
        status=Invoice.Status.RED if amount < 0 else Invoice.Status.NORMAL,
        issued_at=dt.datetime(year, month, day, tzinfo=SHANGHAI),
        seller_number=one("SellerTaxID"),
        seller_name=one("SellerName"),
        buyer_number=terms.get("BuyerTaxID", [""])[0],
        buyer_name=one("BuyerName"),
        amount=amount,
        tax=tax,
        total=_money(one("TaxInclusiveTotalAmount")),
        lines=lines,
    )
    mistakes = parsing.disagreements(found)
    if mistakes:
        raise ValidationError({"file": mistakes})
    return found


def _line(name: str, amount: str, scheme: str, tax: str) -> Line:
    treatment = TREATMENTS.get(scheme, InvoiceLine.Treatment.TAXED)
    rate = Decimal(scheme.rstrip("%")) / 100 if treatment == InvoiceLine.Treatment.TAXED else Decimal(0)
    return Line(
        name=name[:200],
        tax_class="",
        model="",
        unit="",
        quantity=None,
        price=None,
        amount=_money(amount),
        treatment=treatment,
        rate=rate,
        tax=_money(tax) if tax not in TREATMENTS and tax != "***" else Decimal("0.00"),
    )


def _money(text: str) -> Decimal:
    return round(Decimal(text.strip("¥￥ ")), 2)


def _custom_data(files: dict[str, bytes]) -> dict[str, str]:
    root = _tree(files.get("OFD.xml", b""))
    found = root.iter() if root is not None else ()
    return {each.get("Name", ""): (each.text or "").strip() for each in found if _name(each) == "CustomData"}


def _tree(content: bytes) -> Element | None:
    """A part of the package, or None when it is broken: other parts may still tell what is needed."""
    try:
        return fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise parsing.refused(
            _("文件中有文档类型或实体定义，为安全起见不予读取。请上传税务平台下载的原件。")
        ) from error
    except (ParseError, ValueError, LookupError):
        return None


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
