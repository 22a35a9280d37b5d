"""The demonstration's issued invoices: the company sells and buys this month, one is taken back, a package is sealed.

'enterprise' issues for the machine maker, 'accountant' for the restaurant and 'agency' for the software house. A
red-letter form waits for the restaurant's answer. Keys make a second run change nothing.
"""

from decimal import Decimal

from django.conf import settings
from django.db import transaction

from apps.kernel.parties.acting import taxpayer_actor
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock
from apps.services.invoices import issuing, marking, purposes, red_letters
from apps.services.invoices.archive import sealing
from apps.services.invoices.demo import GEAR, HARBOUR, MACHINING, SOFTWARE, SPINDLE, SUZHOU, VALVE, own_side
from apps.services.invoices.issuing import Item, Order
from apps.services.invoices.models import Invoice
from apps.services.invoices.samples import Goods, Side

RESTAURANT, SOFTWARE_HOUSE = "上海梧桐里餐饮管理有限公司", "上海花序信息科技有限公司"
MEALS = Goods("3070401000000000000", "*餐饮服务*工作餐", "份", "0.03")
REPAIR = Goods(MACHINING.tax_class, "*劳务*厨房排风设备检修", "次")


def _actor(username: str, party_name: str) -> Actor:
    user = User.objects.get(username=username)
    return taxpayer_actor(user, Party.objects.get(name=party_name, kind=Party.Kind.ORGANISATION).ref)


def _sell(actor: Actor, key: str, buyer: Side, *sold: tuple[Goods, str, int], **more) -> Invoice:
    items = tuple(
        Item(goods.name, goods.tax_class, Decimal(number), Decimal(price), goods.rate, unit=goods.unit)
        for goods, price, number in sold
    )
    order = Order(
        **{"kind": Invoice.Kind.SPECIAL, "buyer_number": buyer.number, "buyer_name": buyer.name, "items": items, **more}
    )
    return issuing.issue(order, actor=actor, idempotency_key=f"demo-{key}")


@transaction.atomic
def seed() -> None:
    """A dozen invoices between the demonstration's companies and their customers."""
    maker = _actor("enterprise", own_side().name)
    if Invoice.objects.filter(issue__party=maker.party).exists():
        return
    restaurant = _actor("accountant", RESTAURANT)
    house = _actor("agency", SOFTWARE_HOUSE)
    own, diner, coder = (Side(actor.party.organisation.uscc, actor.party.name) for actor in (maker, restaurant, house))
    ordinary = Invoice.Kind.ORDINARY
    sales = [
        _sell(maker, "1", HARBOUR, (SPINDLE, "58000.00", 2), email="caigou@linjiang-port.example"),
        _sell(maker, "2", VALVE, (GEAR, "1980.00", 24), (SPINDLE, "59500.00", 1)),
        _sell(maker, "3", SUZHOU, (GEAR, "2050.00", 40), remark="合同号 SZ-2026-118"),
        _sell(maker, "4", diner, (REPAIR, "3200.00", 1)),
        _sell(maker, "5", diner, (REPAIR, "5600.00", 1)),
        _sell(maker, "6", coder, (GEAR, "2100.00", 2)),
        _sell(maker, "7", Side("", "个人"), (GEAR, "260.00", 1), kind=ordinary),
    ]
    purchases = [
        _sell(house, "8", own, (SOFTWARE, "18800.00", 1), remark="设备联网平台 第四季度"),
        _sell(house, "9", own, (SOFTWARE, "6400.00", 1)),
        _sell(restaurant, "10", own, (MEALS, "32.00", 120), kind=ordinary),
        _sell(restaurant, "11", own, (MEALS, "45.00", 36), kind=ordinary),
        _sell(restaurant, "12", own, (MEALS, "38.00", 20), kind=ordinary),
    ]
    _go_on(maker, restaurant, sales, purchases)


def _go_on(maker: Actor, restaurant: Actor, sales: list[Invoice], purchases: list[Invoice]) -> None:
    """What happened to them since."""
    red_letters.ask(sales[5], actor=maker, reason="return", amounts={1: Decimal("2100.00")})
    purposes.confirm(purchases[0], "deduct", actor=maker)
    purposes.confirm(sales[4], "not_deduct", actor=restaurant)
    red_letters.ask(sales[4], actor=maker, reason="allowance", amounts={1: Decimal("600.00")})
    for number, invoice in enumerate((*sales[:3], *purchases[:3]), start=1):
        marking.mark(invoice, "entered", f"记-{clock.today():%Y-%m}-{number:03d}", actor=maker)
    marking.mark(purchases[3], "reimbursed", "报-2026-0457", actor=maker)
    if settings.AUDIT_SIGNING_KEY:  # a demonstration without the key has no package
        sealing.seal(clock.today().year, actor=maker)
