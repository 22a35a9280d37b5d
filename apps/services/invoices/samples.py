"""Makes electronic invoices as XML: our own invented ones, in the real form with its quirks.

Used for the demonstration's files and by tests; nothing here is a real invoice.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.kernel.rules.money import fen
from apps.services.invoices.models import Invoice, InvoiceLine
from apps.services.invoices.parsing import Line, Parsed


@dataclass(frozen=True)
class Side:
    """A seller or buyer: number and name."""

    number: str
    name: str


@dataclass(frozen=True)
class Goods:
    """Something sold: class, name, rate."""

    tax_class: str
    name: str
    unit: str
    rate: str = "0.13"


def invoice(
    serial: int,
    seller: Side,
    buyer: Side,
    *sold: tuple[Goods, str, int],
    at: dt.datetime,
    kind: str = Invoice.Kind.SPECIAL,
    region: str = "31",
) -> Parsed:
    """An invoice over ``(goods, net amount, quantity)``; a negative amount makes it a red one."""
    lines = tuple(_line(goods, Decimal(amount), quantity) for goods, amount, quantity in sold)
    amount = sum((line.amount for line in lines), Decimal(0))
    tax = sum((line.tax for line in lines), Decimal(0))
    return Parsed(
        number=f"{at:%y}{region}2{serial:015d}",
        kind=kind,
        status=Invoice.Status.RED if amount < 0 else Invoice.Status.NORMAL,
        issued_at=at,
        seller_number=seller.number,
        seller_name=seller.name,
        buyer_number=buyer.number,
        buyer_name=buyer.name,
        amount=amount,
        tax=tax,
        total=amount + tax,
        lines=lines,
    )


def _line(goods: Goods, amount: Decimal, quantity: int) -> Line:
    rate = Decimal(goods.rate)
    return Line(
        name=goods.name,
        tax_class=goods.tax_class,
        model="",
        unit=goods.unit,
        quantity=Decimal(quantity),
        price=round(amount / quantity, 8),
        amount=amount,
        treatment=InvoiceLine.Treatment.TAXED,
        rate=rate,
        tax=fen(amount * rate),
    )
