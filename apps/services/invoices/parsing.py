"""Reads the XML of an electronic invoice (数电票) into plain values, or says what is wrong with it.

The file comes from outside, so it is read with document types and entities forbidden, and with
its size, depth and number of elements bounded. Document totals are read by their full path: the
line's ``TotaltaxIncludedAmount`` and the document's ``TotalTax-includedAmount`` differ by one
spelling only.
"""

import datetime as dt
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.lists import joined
from apps.services.invoices.models import Invoice, InvoiceLine

MAX_BYTES = 1024 * 1024
MAX_ELEMENTS = 50_000
MAX_DEPTH = 12

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPECIAL, ORDINARY = "01", "02"  # Header/InherentLabel/GeneralOrSpecialVAT/LabelCode
BLUE, RED = "Y", "N"  # Header/InherentLabel/InIssuType/LabelCode: is it a blue invoice?

_WITHOUT_RATE = {
    "免税": InvoiceLine.Treatment.EXEMPT,
    "不征税": InvoiceLine.Treatment.OUTSIDE,
}
_NUMBER = re.compile(r"-?\d{1,16}(\.\d{1,20})?")
_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d", "%Y%m%d%H%M%S", "%Y%m%d")


@dataclass(frozen=True)
class Line:
    """One item, as the file states it."""

    name: str
    tax_class: str
    model: str
    unit: str
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal
    treatment: str
    rate: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Parsed:
    """An invoice, as the file states it."""

    number: str
    kind: str
    status: str
    issued_at: dt.datetime
    seller_number: str
    seller_name: str
    buyer_number: str
    buyer_name: str
    amount: Decimal
    tax: Decimal
    total: Decimal
    lines: tuple[Line, ...]


def parse(content: bytes) -> Parsed:
    """The invoice in ``content``.

    :raises ValidationError: on ``file``, one message for each thing that is wrong.
    """
    root = _tree(content)
    reader = _Reader(root)
    found = reader.invoice()
    if found is None or reader.mistakes:
        raise ValidationError({"file": reader.mistakes})
    mistakes = disagreements(found)
    if mistakes:
        raise ValidationError({"file": mistakes})
    return found


def _tree(content: bytes) -> Element:
    if len(content) > MAX_BYTES:
        raise refused(_("文件超过 1 MB，不是单张电子发票的 XML。请逐张上传。"))
    depth = elements = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            if event == "end":
                depth -= 1
                continue
            root = element if root is None else root
            depth, elements = depth + 1, elements + 1
            if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
                raise refused(_("文件的结构过深或过大，不是电子发票的 XML。"))
    except DefusedXmlException as error:
        raise refused(_("文件中有文档类型或实体定义，为安全起见不予读取。请上传税务平台下载的原件。")) from error
    except (ParseError, ValueError, LookupError) as error:
        raise refused(_("文件不是完整的 XML，可能下载时被截断或被改动过。请重新下载原件后上传。")) from error
    if root is None or root.tag != "EInvoice":
        tag = "" if root is None else root.tag.rpartition("}")[2][:40]
        raise refused(
            _("文件的根元素是“%(tag)s”，不是数电票的“EInvoice”。请上传数电票 XML 原件。") % {"tag": tag}
            if root is not None and not root.tag.startswith("{")
            else _("文件带有命名空间，不是税务平台开具的数电票。请上传 XML 原件。")
        )
    return root


def refused(message: str) -> ValidationError:
    """A file that is no invoice, and why."""
    return ValidationError({"file": [message]})


class _Reader:
    """Reads paths of one document and keeps every mistake, so all are told at once."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.mistakes: list[str] = []

    def invoice(self) -> Parsed | None:
        """The invoice, or None when a needed value is missing or malformed."""
        data = "EInvoiceData"
        number = self._needed("TaxSupervisionInfo/InvoiceNumber")
        if number and not re.fullmatch(r"[0-9]{20}", number):
            self._wrong("TaxSupervisionInfo/InvoiceNumber", number, _("20 位数字"))
        header_number = self._text("Header/EIid")
        if number and header_number and header_number != number:
            self._wrong("Header/EIid", header_number, _("与发票号码相同"))
        kind = self._coded(
            "Header/InherentLabel/GeneralOrSpecialVAT/LabelCode",
            {SPECIAL: Invoice.Kind.SPECIAL, ORDINARY: Invoice.Kind.ORDINARY},
        )
        status = self._coded(
            "Header/InherentLabel/InIssuType/LabelCode",
            {BLUE: Invoice.Status.NORMAL, RED: Invoice.Status.RED},
            default=BLUE,
        )
        issued_at = self._issued_at()
        seller = self._party(f"{data}/SellerInformation", "Seller", needs_number=True)
        buyer = self._party(f"{data}/BuyerInformation", "Buyer", needs_number=False)
        totals = [
            self._money(self.root, f"{data}/BasicInformation/{name}")
            for name in ("TotalAmWithoutTax", "TotalTaxAm", "TotalTax-includedAmount")
        ]
        items = self.root.findall(f"{data}/IssuItemInformation")
        if not items:
            self.mistakes.append(_("缺少开票项目（%(path)s）。") % {"path": f"{data}/IssuItemInformation"})
        lines = [self._line(item, position) for position, item in enumerate(items, start=1)]
        if self.mistakes:
            return None
        return Parsed(number, kind, status, issued_at, *seller, *buyer, *totals, lines=tuple(lines))

    def _line(self, item: Element, position: int) -> Line | None:
        at = f"IssuItemInformation[{position}]"
        known = len(self.mistakes)
        name = self._needed("ItemName", item, at, longest=200)
        amount = self._money(item, "Amount", at)
        treatment, rate = self._rate(item, at)
        tax = self._money(item, "ComTaxAm", at, needed=treatment == InvoiceLine.Treatment.TAXED)
        total = self._money(item, "TotaltaxIncludedAmount", at, needed=False)
        tax_class = self._text("TaxClassificationCode", item)
        if not re.fullmatch(r"\d{0,19}", tax_class):
            self._wrong(f"{at}/TaxClassificationCode", tax_class, _("最多 19 位数字"))
        quantity = self._decimal(item, "Quantity", at, needed=False)
        price = self._decimal(item, "UnPrice", at, needed=False)
        if len(self.mistakes) > known:
            return None
        tax = tax or Decimal("0.00")
        if total is not None and total != amount + tax:
            self._wrong(f"{at}/TotaltaxIncludedAmount", str(total), _("金额加税额"))
        return Line(
            name,
            tax_class,
            self._text("SpecMod", item)[:100],
            self._text("MeaUnits", item)[:30],
            quantity,
            price,
            amount,
            treatment,
            rate,
            tax,
        )

    def _rate(self, item: Element, at: str) -> tuple[str, Decimal]:
        """``0.06``, ``6%`` and ``免税`` all occur."""
        text = self._needed("TaxRate", item, at)
        if text in _WITHOUT_RATE:
            return _WITHOUT_RATE[text], Decimal(0)
        digits, percent = (text[:-1].strip(), True) if text.endswith("%") else (text, False)
        rate = Decimal(digits) if _NUMBER.fullmatch(digits) else None
        if rate is not None and percent:
            rate = rate / 100
        if rate is None or not 0 <= rate < 1 or rate != round(rate, 4):
            if text:
                self._wrong(f"{at}/TaxRate", text, _("0.06、6% 或免税、不征税"))
            return InvoiceLine.Treatment.TAXED, Decimal(0)
        return InvoiceLine.Treatment.TAXED, rate

    def _party(self, path: str, prefix: str, *, needs_number: bool) -> tuple[str, str]:
        number = self._text(f"{path}/{prefix}IdNum")
        if needs_number and not number:
            self.mistakes.append(_("缺少 %(path)s。") % {"path": f"{path}/{prefix}IdNum"})
        if not re.fullmatch(r"[0-9A-Z]{0,20}", number):
            self._wrong(f"{path}/{prefix}IdNum", number, _("最多 20 位数字和大写字母"))
        return number, self._needed(f"{path}/{prefix}Name", longest=120)

    def _issued_at(self) -> dt.datetime | None:
        """``IssueTime`` is often a bare date; ``RequestTime`` then tells the time of that day."""
        issued = self._time("TaxSupervisionInfo/IssueTime", self._needed("TaxSupervisionInfo/IssueTime"))
        requested = self._time(
            "EInvoiceData/BasicInformation/RequestTime", self._text("EInvoiceData/BasicInformation/RequestTime")
        )
        bare = issued is not None and issued.time() == dt.time()
        return requested if bare and requested is not None and requested.date() == issued.date() else issued

    def _time(self, path: str, text: str) -> dt.datetime | None:
        for form in _TIMES:
            try:
                return dt.datetime.strptime(text, form).replace(tzinfo=SHANGHAI)
            except ValueError:
                continue
        if text:
            self._wrong(path, text, "2026-09-30 10:11:12")
        return None

    def _coded(self, path: str, meanings: dict[str, str], default: str = "") -> str:
        code = self._text(path) or default
        if code not in meanings:
            if code:
                self._wrong(path, code, joined(meanings))
            else:
                self.mistakes.append(_("缺少 %(path)s。") % {"path": path})
            return ""
        return meanings[code]

    def _money(self, parent: Element, path: str, at: str = "", *, needed: bool = True) -> Decimal | None:
        value = self._decimal(parent, path, at, needed=needed)
        if value is None:
            return None
        if value != round(value, 2):
            self._wrong(f"{at}/{path}".strip("/"), str(value), _("最多两位小数的金额"))
            return None
        return round(value, 2)

    def _decimal(self, parent: Element, path: str, at: str = "", *, needed: bool = True) -> Decimal | None:
        text = self._needed(path, parent, at) if needed else self._text(path, parent)
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            self._wrong(f"{at}/{path}".strip("/"), text, _("数字"))
            return None
        return Decimal(text)

    def _needed(self, path: str, parent: Element | None = None, at: str = "", *, longest: int = 100) -> str:
        text = self._text(path, parent)
        full = f"{at}/{path}".strip("/")
        if not text:
            self.mistakes.append(_("缺少 %(path)s。") % {"path": full})
        elif len(text) > longest:
            self._wrong(full, text, _("不超过 %(longest)d 个字") % {"longest": longest})
        return text

    def _text(self, path: str, parent: Element | None = None) -> str:
        return (self.root if parent is None else parent).findtext(path, "").strip()

    def _wrong(self, path: str, value: str, expected: str) -> None:
        self.mistakes.append(
            _("%(path)s 的值“%(value)s”不正确，应为：%(expected)s。")
            % {"path": path, "value": value[:40], "expected": expected}
        )


def disagreements(invoice: Parsed) -> list[str]:
    """Where the file contradicts itself. Tax is not recomputed from the rate: taxing a margin is lawful."""
    mistakes = []
    for label, stated, lines in (
        (_("金额"), invoice.amount, sum((line.amount for line in invoice.lines), Decimal(0))),
        (_("税额"), invoice.tax, sum((line.tax for line in invoice.lines), Decimal(0))),
    ):
        if stated != lines:
            mistakes.append(
                _("%(label)s合计 %(stated)s 与明细之和 %(lines)s 不符。")
                % {"label": label, "stated": stated, "lines": lines}
            )
    if invoice.amount + invoice.tax != invoice.total:
        mistakes.append(
            _("价税合计 %(total)s 不等于金额 %(amount)s 加税额 %(tax)s。")
            % {"total": invoice.total, "amount": invoice.amount, "tax": invoice.tax}
        )
    if (invoice.status == Invoice.Status.RED and invoice.amount > 0) or (
        invoice.status == Invoice.Status.NORMAL and invoice.amount < 0
    ):
        mistakes.append(_("红字发票的金额应为负数，蓝字发票的金额应为正数。"))
    if int(invoice.number[:2]) != invoice.issued_at.year % 100:
        mistakes.append(
            _("发票号码前两位 %(year)s 与开票年份 %(issued)d 不符。")
            % {"year": invoice.number[:2], "issued": invoice.issued_at.year}
        )
    return mistakes
