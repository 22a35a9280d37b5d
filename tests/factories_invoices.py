"""Invoices named by intent, made by the demonstration's generator."""

import datetime as dt
import itertools
from decimal import Decimal

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.services.invoices import issuing, quotas
from apps.services.invoices.issuing import Item, Order
from apps.services.invoices.models import Invoice
from apps.services.invoices.parsing import SHANGHAI, Parsed
from apps.services.invoices.samples import Goods, Side, invoice
from tests import factories

_serials = itertools.count(1)

MACHINE = Goods("1090106030000000000", "*金属加工机械*铣床", "台")
CONSULTING = Goods("3040605000000000000", "*鉴证咨询服务*咨询费", "次", "0.06")
OUTSIDER = Side("91320594202690003G", "苏州同里自动化设备有限公司")


def shanghai(*moment: int) -> dt.datetime:
    """A moment by Shanghai's clock."""
    return dt.datetime(*moment, tzinfo=SHANGHAI)


SEPTEMBER = shanghai(2026, 9, 15, 10, 11, 12)


def side(party: Party) -> Side:
    """A party as it stands on an invoice."""
    return Side(party.organisation.uscc, party.name)


def sale(
    party: Party,
    amount: str = "1000.00",
    *,
    to: Side = OUTSIDER,
    at: dt.datetime = SEPTEMBER,
    goods: Goods = MACHINE,
    **options,
) -> Parsed:
    """An invoice a party issued."""
    return invoice(next(_serials), side(party), to, (goods, amount, 1), at=at, **options)


def purchase(
    party: Party,
    amount: str = "1000.00",
    *,
    at: dt.datetime = SEPTEMBER,
    goods: Goods = MACHINE,
    kind: str = Invoice.Kind.SPECIAL,
) -> Parsed:
    """An invoice a party received from another province."""
    return invoice(next(_serials), OUTSIDER, side(party), (goods, amount, 1), at=at, kind=kind, region="32")


def trading_company(name: str = "上海浦江精密仪器有限公司"):
    """A company and its legal representative acting for it."""
    party = factories.company(name)
    return party, factories.representative(party)


def issuer(name: str = "上海浦江精密仪器有限公司", office=None, **organisation):
    """Whoever issues for a company: its legal representative."""
    return factories.representative(factories.company(name, office=office or factories.tax_office(), **organisation))


def order(buyer: Party | Side = OUTSIDER, price: str = "1000.00", *, quantity: str = "1", rate: str = "0.13", **more):
    """What is to be issued: one line of a machine."""
    to = buyer if isinstance(buyer, Side) else side(buyer)
    item = Item(MACHINE.name, MACHINE.tax_class, Decimal(quantity), Decimal(price), rate, unit="台")
    given = {"kind": Invoice.Kind.SPECIAL, "buyer_number": to.number, "buyer_name": to.name, "items": (item,)}
    return Order(**{**given, **more})


def issued(actor, buyer: Party | Side = OUTSIDER, price: str = "1000.00", **more) -> Invoice:
    """An invoice issued here."""
    key = f"test-{next(_serials):08d}"
    return issuing.issue(order(buyer, price, **more), actor=actor, idempotency_key=key)


def limit(party: Party, amount: str) -> None:
    """The month's quota of a party."""
    quotas.adjust(party, Decimal(amount), span="lasting", about=f"case/{next(_serials)}", actor=Actor.system("test"))
