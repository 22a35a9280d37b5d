"""Writes an electronic invoice as XML (数电票), in the form that ``parsing.py`` reads (Art 14)."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from apps.services.invoices import parsing
from apps.services.invoices.models import Invoice, InvoiceLine
from apps.services.invoices.parsing import Line, Parsed

KIND_CODES = {Invoice.Kind.SPECIAL: parsing.SPECIAL, Invoice.Kind.ORDINARY: parsing.ORDINARY}
_UNRATED = {InvoiceLine.Treatment.EXEMPT: "免税", InvoiceLine.Treatment.OUTSIDE: "不征税"}


@dataclass(frozen=True)
class Style:
    """The ways in which real files differ while saying the same."""

    percent_rates: bool = False  # 6% instead of 0.06
    bare_issue_date: bool = False  # IssueTime without a time; RequestTime has it
    line_totals: bool = True  # TotaltaxIncludedAmount in each line
    indented: bool = True
    byte_order_mark: bool = False


def xml(invoice: Parsed, style: Style = Style(), *, drawer: str = "开票员", remark: str = "") -> bytes:
    """The file of an invoice."""
    root = Element("EInvoice")
    header = _branch(root, "Header", EIid=invoice.number, EInvoiceTag=f"SWEI{invoice.number[2:4]}00", Version="0.35")
    labels = SubElement(header, "InherentLabel")
    blue = parsing.RED if invoice.status == Invoice.Status.RED else parsing.BLUE
    _branch(labels, "InIssuType", LabelCode=blue, LabelName="是否蓝字发票标志")
    _branch(labels, "EInvoiceType", LabelCode="01", LabelName="电子发票")
    _branch(
        labels,
        "GeneralOrSpecialVAT",
        LabelCode=KIND_CODES[invoice.kind],
        LabelName=str(Invoice.Kind(invoice.kind).label),
    )
    data = SubElement(root, "EInvoiceData")
    _branch(data, "SellerInformation", SellerIdNum=invoice.seller_number, SellerName=invoice.seller_name)
    _branch(data, "BuyerInformation", BuyerIdNum=invoice.buyer_number, BuyerName=invoice.buyer_name)
    basic = _branch(data, "BasicInformation", TotalAmWithoutTax=str(invoice.amount), TotalTaxAm=str(invoice.tax))
    SubElement(basic, "TotalTax-includedAmount").text = str(invoice.total)
    SubElement(basic, "Drawer").text = drawer
    SubElement(basic, "RequestTime").text = f"{invoice.issued_at:%Y-%m-%d %H:%M:%S}"
    for line in invoice.lines:
        data.append(_item(line, style))
    if remark:
        _branch(data, "AdditionalInformation", Remark=remark)
    _branch(
        root,
        "TaxSupervisionInfo",
        InvoiceNumber=invoice.number,
        IssueTime=f"{invoice.issued_at:%Y-%m-%d}"
        if style.bare_issue_date
        else f"{invoice.issued_at:%Y-%m-%d %H:%M:%S}",
        TaxBureauName="国家税务总局上海市税务局",
    )
    if style.indented:
        indent(root)
    mark = b"\xef\xbb\xbf" if style.byte_order_mark else b""
    return mark + tostring(root, encoding="UTF-8", xml_declaration=True)


def _item(line: Line, style: Style) -> Element:
    item = Element("IssuItemInformation")
    rate = f"{(line.rate * 100).normalize():f}%" if style.percent_rates else f"{line.rate.normalize():f}"
    values = {
        "ItemName": line.name,
        "SpecMod": line.model,
        "MeaUnits": line.unit,
        "Quantity": "" if line.quantity is None else f"{line.quantity:f}",
        "UnPrice": "" if line.price is None else f"{line.price:f}",
        "Amount": str(line.amount),
        "TaxRate": _UNRATED.get(line.treatment, rate),
        "ComTaxAm": str(line.tax),
        "TotaltaxIncludedAmount": str(line.amount + line.tax) if style.line_totals else None,
        "TaxClassificationCode": line.tax_class,
    }
    for name, value in values.items():
        if value is not None:
            SubElement(item, name).text = value
    return item


def _branch(parent: Element, tag: str, **texts: str) -> Element:
    branch = SubElement(parent, tag)
    for name, text in texts.items():
        SubElement(branch, name).text = text
    return branch
