"""The XML of an electronic invoice: everything real files do is understood, everything else refused by name."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.rules.money import fen
from apps.services.invoices import parsing
from apps.services.invoices.models import Invoice, InvoiceLine
from apps.services.invoices.parsing import Line, Parsed
from apps.services.invoices.samples import Goods, Side, invoice
from apps.services.invoices.writing import Style, xml
from tests.factories_invoices import shanghai

SELLER, BUYER = Side("913101012026000015", "上海申澜精密机械有限公司"), Side("91320594202690003G", "苏州同里公司")
GOODS = Goods("1090106030000000000", "*金属加工机械*铣床", "台", "0.06")
GOOD = invoice(7, SELLER, BUYER, (GOODS, "1200.00", 3), (GOODS, "0.99", 1), at=shanghai(2026, 9, 1, 10, 11, 12))


def mistakes(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        parsing.parse(content)
    assert list(refused.value.message_dict) == ["file"]
    return "\n".join(refused.value.messages)


@pytest.mark.parametrize(
    "style",
    [
        Style(),
        Style(percent_rates=True),
        Style(bare_issue_date=True),
        Style(line_totals=False),
        Style(indented=False),
        Style(byte_order_mark=True),
    ],
)
def test_the_ways_in_which_real_files_differ_say_the_same(style):
    assert parsing.parse(xml(GOOD, style)) == GOOD


def test_document_totals_are_not_mistaken_for_a_lines_total():
    content = xml(GOOD).replace(b"<TotalTax-includedAmount>1273.05</TotalTax-includedAmount>", b"")
    assert "EInvoiceData/BasicInformation/TotalTax-includedAmount" in mistakes(content)


def test_exempt_and_untaxed_lines_have_no_rate():
    line = GOOD.lines[0]
    exempt = Line(
        **{**vars(line), "treatment": InvoiceLine.Treatment.EXEMPT, "rate": Decimal(0), "tax": fen(Decimal(0))}
    )
    free = Parsed(**{**vars(GOOD), "lines": (exempt,), "amount": line.amount, "tax": exempt.tax, "total": line.amount})
    content = xml(free)
    assert "免税".encode() in content
    assert parsing.parse(content) == free


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "完整"),
        (b"not xml at all", "完整"),
        (xml(GOOD)[:-40], "完整"),
        (xml(GOOD)[:200], "完整"),
        (xml(GOOD).replace("铣床".encode(), b"\xff\xfe"), "完整"),
        (b'<?xml version="1.0" encoding="nonsense"?><EInvoice/>', "完整"),
        (b"<Invoice><Number>1</Number></Invoice>", "根元素"),
        (xml(GOOD).replace(b"<EInvoice>", b'<EInvoice xmlns="urn:other">'), "命名空间"),
        (b'<!DOCTYPE EInvoice [<!ENTITY a "b">]><EInvoice>&a;</EInvoice>', "实体"),
        (b'<!DOCTYPE EInvoice SYSTEM "file:///etc/passwd"><EInvoice/>', "实体"),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><EInvoice>&b;&b;</EInvoice>',
            "实体",
        ),
        (b"<EInvoice>" + b"<a>" * 50 + b"</a>" * 50 + b"</EInvoice>", "过深"),
        (b"<EInvoice>" + b"<a/>" * 60_000 + b"</EInvoice>", "过大"),
        (xml(GOOD) + b" " * parsing.MAX_BYTES, "1 MB"),
        (b"<EInvoice/>", "InvoiceNumber"),
    ],
)
def test_what_is_not_an_invoice_is_refused(content, word):
    assert word in mistakes(content)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (b"<InvoiceNumber>26312000000000000007", b"<InvoiceNumber>2631200000000000000", "20 位数字"),
        (b"<EIid>26312000000000000007", b"<EIid>26312000000000000008", "Header/EIid"),
        (b"<IssueTime>2026-09-01 10:11:12", b"<IssueTime>2026-13-01", "IssueTime"),
        (b"<IssueTime>2026-09-01", b"<IssueTime>2025-09-01", "开票年份"),
        (b"<SellerIdNum>913101012026000015</SellerIdNum>", b"", "SellerIdNum"),
        (b"<SellerIdNum>913101012026000015", b"<SellerIdNum>9131 01012026000015", "SellerIdNum"),
        (b"<TotalAmWithoutTax>1200.99", b"<TotalAmWithoutTax>1201.99", "明细之和"),
        (b"<TotalTaxAm>72.06", b"<TotalTaxAm>72.07", "明细之和"),
        (b"<TotalTax-includedAmount>1273.05", b"<TotalTax-includedAmount>1273.06", "价税合计"),
        (b"<TotaltaxIncludedAmount>1272.00", b"<TotaltaxIncludedAmount>1272.01", "IssuItemInformation[1]"),
        (b"<Amount>0.99", b"<Amount>0.991", "两位小数"),
        (b"<Amount>0.99", b"<Amount>1e3", "IssuItemInformation[2]/Amount"),
        (b"<Amount>0.99", b"<Amount>NaN", "IssuItemInformation[2]/Amount"),
        (b"<TaxRate>0.06", b"<TaxRate>six", "TaxRate"),
        (b"<TaxRate>0.06", b"<TaxRate>600%", "TaxRate"),
        (b"<TaxRate>0.06</TaxRate>", b"", "TaxRate"),
        (b"<LabelCode>Y", b"<LabelCode>N", "红字"),
        ("<ItemName>*金属加工机械*铣床".encode(), b"<ItemName>", "ItemName"),
    ],
)
def test_what_is_wrong_with_an_invoice_is_named(old, new, word):
    content = xml(GOOD)
    assert old in content
    assert word in mistakes(content.replace(old, new, 1))


def test_every_mistake_is_told_at_once():
    content = xml(GOOD).replace(b"<SellerName>", b"<X>").replace(b"</SellerName>", b"</X>")
    content = content.replace(b"<TaxRate>0.06", b"<TaxRate>?")
    found = mistakes(content)
    assert "SellerName" in found
    assert "IssuItemInformation[1]/TaxRate" in found
    assert "IssuItemInformation[2]/TaxRate" in found


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=30
)
amounts = st.decimals(min_value="-9999999.99", max_value="9999999.99", places=2)
rates = st.sampled_from(["0.13", "0.09", "0.06", "0.05", "0.03", "0.015", "0.01", "0"])


@st.composite
def invoices(draw) -> Parsed:
    sign = draw(st.sampled_from([1, -1]))
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        amount = abs(draw(amounts)) * sign
        rate = Decimal(draw(rates))
        lines.append(
            Line(
                name=draw(texts),
                tax_class=draw(st.from_regex(r"[0-9]{0,19}", fullmatch=True)),
                model=draw(st.just("") | texts),
                unit=draw(st.just("") | texts),
                quantity=draw(st.none() | st.decimals("0.0000000000001", "99999", places=13)),
                price=draw(st.none() | st.decimals("0", "99999", places=8)),
                amount=amount,
                treatment=InvoiceLine.Treatment.TAXED,
                rate=rate,
                tax=fen(amount * rate),
            )
        )
    amount = sum((line.amount for line in lines), Decimal("0.00"))
    tax = sum((line.tax for line in lines), Decimal("0.00"))
    at = shanghai(2024, 1, 1) + dt.timedelta(seconds=draw(st.integers(0, 4 * 365 * 86_400)))
    return Parsed(
        number=f"{at:%y}{draw(st.from_regex(r'[0-9]{18}', fullmatch=True))}",
        kind=draw(st.sampled_from(Invoice.Kind.values)),
        status=Invoice.Status.RED if sign < 0 else Invoice.Status.NORMAL,
        issued_at=at,
        seller_number="913101012026000015",
        seller_name=draw(texts),
        buyer_number=draw(st.sampled_from(["", "91320594202690003G"])),
        buyer_name=draw(texts),
        amount=amount,
        tax=tax,
        total=amount + tax,
        lines=tuple(lines),
    )


@given(invoices(), st.builds(Style))
def test_any_invoice_written_reads_back_equal(made, style):
    assert parsing.parse(xml(made, style)) == made
