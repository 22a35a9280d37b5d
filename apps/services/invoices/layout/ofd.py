"""The invoice as OFD (GB/T 33190): a small package with one page of text, and the XML itself attached.

The page's texts carry ids, and ``Tags/CustomTag.xml`` points from the invoice's terms to them, as in the
form of 2024; ``opening.py`` reads both. Times inside the package are the invoice's own, so the same
invoice is always the same file.
"""

import io
import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from django.utils import timezone

from apps.kernel.documents.amounts import in_words
from apps.services.invoices.models import Invoice, InvoiceLine
from apps.services.invoices.writing import KIND_CODES

NAMESPACE = "http://www.ofdspec.org/2016"
ATTACHMENT = "Doc_0/Attachs/original_invoice.xml"
TAGS = "Doc_0/Tags/CustomTag.xml"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
FONT_ID, LAYER_ID, PAGE_ID, FIRST_TEXT_ID = 2, 4, 1, 10
WIDTH, HEIGHT, LINE_HEIGHT = 210, 140, 6

register_namespace("ofd", NAMESPACE)


def write(invoice: Invoice) -> bytes:
    """The package."""
    page = _Page()
    lines = list(invoice.lines.all())
    _lay_out(page, invoice, lines)
    files = {
        "OFD.xml": _entry(invoice),
        "Doc_0/Document.xml": _document(page.height, page.next_id),
        "Doc_0/PublicRes.xml": _resources(),
        PAGE: page.content(),
        "Doc_0/Attachs/Attachments.xml": _attachments(),
        ATTACHMENT: bytes(invoice.original.content),
        "Doc_0/Tags/CustomTags.xml": _custom_tags(),
        TAGS: page.tags(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        written = timezone.localtime(invoice.issued_at).timetuple()[:6]
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, written), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@dataclass
class _Page:
    """Texts at places, each with an id, and the terms that point to them."""

    texts: list[tuple[int, float, float, float, str]] = field(default_factory=list)
    terms: list[tuple[str, int]] = field(default_factory=list)
    next_id: int = FIRST_TEXT_ID
    height: float = HEIGHT

    def text(self, x: float, y: float, value: str, *, term: str = "", size: float = 3.2) -> None:
        """Put a text at ``x``, ``y`` millimetres; ``term`` says what of the invoice it is."""
        if not value:
            return
        self.texts.append((self.next_id, x, y, size, value))
        if term:
            self.terms.append((term, self.next_id))
        self.next_id += 1

    def content(self) -> bytes:
        root = _element("Page")
        area = _child(root, "Area")
        _child(area, "PhysicalBox", f"0 0 {WIDTH} {self.height:g}")
        layer = _child(_child(root, "Content"), "Layer", ID=str(LAYER_ID), Type="Body")
        for number, x, y, size, value in self.texts:
            width = size * len(value)
            holder = _child(
                layer,
                "TextObject",
                ID=str(number),
                Boundary=f"{x:g} {y:g} {width:g} {size * 1.4:g}",
                Font=str(FONT_ID),
                Size=f"{size:g}",
            )
            advance = " ".join(f"{size * (0.5 if each.isascii() else 1):g}" for each in value[:-1])
            code = _child(holder, "TextCode", value, X="0", Y=f"{size:g}")
            if advance:
                code.set("DeltaX", advance)
        return _bytes(root)

    def tags(self) -> bytes:
        root = _element("eInvoice")
        for term, number in self.terms:
            _child(_child(root, term), "ObjectRef", str(number), PageRef=str(PAGE_ID))
        return _bytes(root)


def _lay_out(page: _Page, invoice: Invoice, lines: list[InvoiceLine]) -> None:
    issued = timezone.localtime(invoice.issued_at)
    page.text(60, 8, f"电子发票（{Invoice.Kind(invoice.kind).label}）", size=6)
    page.text(10, 8, KIND_CODES[invoice.kind], term="InvoiceType")
    for y, label, value, term in (
        (8, "发票号码：", invoice.number, "InvoiceNo"),
        (14, "开票日期：", f"{issued.year}年{issued.month:02}月{issued.day:02}日", "IssueDate"),
    ):
        page.text(150, y, label)
        page.text(166, y, value, term=term)
    for x, side, name, number in (
        (10, "购买方", ("BuyerName", invoice.buyer_name), ("BuyerTaxID", invoice.buyer_number)),
        (110, "销售方", ("SellerName", invoice.seller_name), ("SellerTaxID", invoice.seller_number)),
    ):
        page.text(x, 26, f"{side}名称：")
        page.text(x + 20, 26, name[1], term=name[0])
        page.text(x, 32, "识别号：")
        page.text(x + 20, 32, number[1], term=number[0])
    columns = ((10, "项目名称"), (95, "数量"), (115, "单价"), (140, "金额"), (165, "税率"), (185, "税额"))
    for x, label in columns:
        page.text(x, 42, label)
    y = 42 + LINE_HEIGHT
    for line in lines:
        page.text(10, y, line.name, term="Item")
        page.text(95, y, "" if line.quantity is None else f"{line.quantity.normalize():f}")
        page.text(115, y, "" if line.price is None else f"{line.price.normalize():f}")
        page.text(140, y, str(line.amount), term="Amount")
        page.text(165, y, _rate(line), term="TaxScheme")
        page.text(185, y, str(line.tax), term="TaxAmount")
        y += LINE_HEIGHT
    page.text(10, y, "合计")
    page.text(140, y, str(invoice.amount), term="TaxExclusiveTotalAmount")
    page.text(185, y, str(invoice.tax), term="TaxTotalAmount")
    page.text(10, y + 8, f"价税合计（大写）：{in_words(invoice.total)}")
    page.text(140, y + 8, "（小写）")
    page.text(155, y + 8, str(invoice.total), term="TaxInclusiveTotalAmount")
    remark = invoice.issue.remark if hasattr(invoice, "issue") else ""
    page.text(10, y + 16, f"备注：{remark}" if remark else "")
    page.height = max(HEIGHT, y + 30)


def _rate(line: InvoiceLine) -> str:
    if line.treatment == InvoiceLine.Treatment.TAXED:
        return f"{(line.rate * 100).normalize():f}%"
    return {InvoiceLine.Treatment.EXEMPT: "免税", InvoiceLine.Treatment.OUTSIDE: "不征税"}[line.treatment]


def _entry(invoice: Invoice) -> bytes:
    root = _element("OFD", Version="1.1", DocType="OFD")
    body = _child(root, "DocBody")
    info = _child(body, "DocInfo")
    _child(info, "DocID", f"{invoice.number:0>32}")
    _child(info, "Title", f"电子发票 {invoice.number}")
    _child(info, "CreationDate", f"{timezone.localtime(invoice.issued_at):%Y-%m-%d}")
    datas = _child(info, "CustomDatas")
    for name, value in (
        ("发票号码", invoice.number),
        ("开票日期", f"{timezone.localtime(invoice.issued_at):%Y年%m月%d日}"),
        ("销售方纳税人识别号", invoice.seller_number),
        ("购买方纳税人识别号", invoice.buyer_number),
        ("合计金额", str(invoice.amount)),  # net, as in the real files
        ("合计税额", str(invoice.tax)),
    ):
        _child(datas, "CustomData", value, Name=name)
    _child(body, "DocRoot", "Doc_0/Document.xml")
    return _bytes(root)


def _document(height: float, next_id: int) -> bytes:
    root = _element("Document")
    common = _child(root, "CommonData")
    _child(common, "MaxUnitID", str(next_id))
    _child(_child(common, "PageArea"), "PhysicalBox", f"0 0 {WIDTH} {height:g}")
    _child(common, "PublicRes", "PublicRes.xml")
    _child(_child(root, "Pages"), "Page", ID=str(PAGE_ID), BaseLoc="Pages/Page_0/Content.xml")
    _child(root, "Attachments", "Attachs/Attachments.xml")
    _child(root, "CustomTags", "Tags/CustomTags.xml")
    return _bytes(root)


def _resources() -> bytes:
    root = _element("Res", BaseLoc="Res")
    _child(_child(root, "Fonts"), "Font", ID=str(FONT_ID), FontName="SimSun", FamilyName="SimSun")
    return _bytes(root)


def _attachments() -> bytes:
    root = _element("Attachments")
    holder = _child(root, "Attachment", ID="1", Name="original_invoice", Format="XML", Visible="false")
    _child(holder, "FileLoc", "original_invoice.xml")
    return _bytes(root)


def _custom_tags() -> bytes:
    root = _element("CustomTags")
    _child(_child(root, "CustomTag", NameSpace="http://www.chinatax.gov.cn"), "FileLoc", "CustomTag.xml")
    return _bytes(root)


def _element(tag: str, **attributes: str) -> Element:
    return Element(f"{{{NAMESPACE}}}{tag}", attributes)


def _child(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    child = SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    child.text = text or None
    return child


def _bytes(root: Element) -> bytes:
    return tostring(root, encoding="UTF-8", xml_declaration=True)
