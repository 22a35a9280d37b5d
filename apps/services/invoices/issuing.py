"""Issues an electronic invoice (开具, Art 14): within the quota, numbered, written as XML, and handed over.

One transaction: quota, number, invoice with its lines and original, delivery. The same key again
returns the invoice issued the first time.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.lists import joined
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.rules import parameters
from apps.kernel.rules.money import fen
from apps.kernel.workcalendar import clock
from apps.services.invoices import delivery, importing, keeping, numbering, quotas, writing
from apps.services.invoices.models import Invoice, InvoiceIssue, InvoiceLine
from apps.services.invoices.parsing import SHANGHAI, Line, Parsed

MAX_LINES = 200
Treatment = InvoiceLine.Treatment

# The rates a seller may choose from, by the law in force on the day.
RATES = {
    Organisation.VatKind.GENERAL: (
        "vat.rate.basic",
        "vat.rate.lower",
        "vat.rate.services",
        "vat.levy.property",
        "vat.levy.standard",
        "vat.rate.zero",
    ),
    Organisation.VatKind.SMALL: ("vat.levy.reduced", "vat.levy.standard", "vat.levy.property"),
}


@dataclass(frozen=True)
class Item:
    """One thing sold, as the seller states it: the net amount follows from quantity and price, the tax from the rate.

    ``rate`` is the law's number, or ``exempt`` or ``outside``.
    """

    name: str
    tax_class: str
    quantity: Decimal
    price: Decimal
    rate: str
    unit: str = ""
    model: str = ""


@dataclass(frozen=True)
class Order:
    """What is to be issued."""

    kind: str
    buyer_number: str
    buyer_name: str
    items: tuple[Item, ...]
    email: str = ""
    remark: str = ""
    total: Decimal | None = None  # what the seller's own system makes of it; must agree


def rates(party: Party) -> list[Decimal]:
    """The rates a seller may use today, highest first."""
    today, found = clock.today(), set()
    for code in RATES[party.organisation.vat_kind]:
        try:
            found.add(parameters.value(code, today))
        except parameters.UnknownLaw:
            continue  # a relief that has lapsed
    return sorted(found, reverse=True)


def lines(items: tuple[Item, ...]) -> tuple[Line, ...]:
    """The items with their amounts: each line is rounded by itself, the totals are sums of lines."""
    return tuple(_line(item) for item in items)


def _line(item: Item) -> Line:
    treatment = item.rate if item.rate in (Treatment.EXEMPT, Treatment.OUTSIDE) else Treatment.TAXED
    rate = Decimal(item.rate) if treatment == Treatment.TAXED else Decimal(0)
    amount = fen(item.quantity * item.price)
    return Line(
        name=item.name,
        tax_class=item.tax_class,
        model=item.model,
        unit=item.unit,
        quantity=item.quantity,
        price=item.price,
        amount=amount,
        treatment=treatment,
        rate=rate,
        tax=fen(amount * rate),
    )


@transaction.atomic
def issue(order: Order, *, actor: Actor, idempotency_key: str) -> Invoice:
    """Issue an invoice for the party acted for.

    :raises PermissionDenied: the party may not issue, or the mandate does not reach invoices.
    :raises ValidationError: what is stated is not right, or the quota is used up; nothing is issued then.
    """
    party = seller(actor)
    first = _issued(party, idempotency_key)
    if first is not None:
        return first
    parsed = draw_up(order, party)
    quotas.take(party, parsed.amount, clock.today())
    # The quota's row is locked now, so a second call with the same key has waited here for the first.
    first = _issued(party, idempotency_key)
    if first is not None:
        quotas.give_back(party, parsed.amount, clock.today())
        return first
    invoice = put_down(parsed, actor=actor, key=idempotency_key, email=order.email, remark=order.remark)
    log.record(f"invoices/{party.pk}", "invoice.issued", actor=actor, target=invoice.number)
    delivery.hand_over(invoice, actor=actor)
    return invoice


def seller(actor: Actor) -> Party:
    """The party that issues.

    :raises PermissionDenied: it is a natural person, or the mandate does not reach invoices.
    """
    party = importing.authorise(actor)
    if party.kind != Party.Kind.ORGANISATION:
        raise PermissionDenied(_("自然人请到办税服务厅申请代开发票。"))
    return party


def draw_up(order: Order, party: Party) -> Parsed:
    """The invoice as it would be issued now, with every amount; its number is given when it is.

    :raises ValidationError: naming what is wrong with the order.
    """
    _check(order, party)
    made = lines(order.items)
    amount = sum((line.amount for line in made), Decimal(0))
    tax = sum((line.tax for line in made), Decimal(0))
    if order.total is not None and order.total != amount + tax:
        raise ValidationError(
            {
                "total": _("价税合计 %(total)s 与明细计算的 %(sum)s 不符。请核对数量、单价和税率。")
                % {"total": order.total, "sum": amount + tax}
            }
        )
    return Parsed(
        number="",
        kind=order.kind,
        status=Invoice.Status.NORMAL,
        issued_at=clock.now().astimezone(SHANGHAI).replace(microsecond=0),
        seller_number=party.organisation.uscc,
        seller_name=party.name,
        buyer_number=order.buyer_number,
        buyer_name=order.buyer_name,
        amount=amount,
        tax=tax,
        total=amount + tax,
        lines=made,
    )


def put_down(parsed: Parsed, *, actor: Actor, key: str, email: str = "", remark: str = "") -> Invoice:
    """Number an invoice, write its file and keep both; used for blue and red ones alike."""
    numbered = Parsed(**{**vars(parsed), "number": numbering.following(parsed.issued_at)})
    content = writing.xml(numbered, drawer=actor.label, remark=remark)
    invoice = keeping.keep(numbered, content, actor=actor)
    InvoiceIssue.objects.create(
        invoice=invoice,
        party=invoice.seller,
        email=email,
        remark=remark,
        issued_by=actor.user,
        channel=actor.channel,
        idempotency_key=key,
    )
    return invoice


def _issued(party: Party, key: str) -> Invoice | None:
    return Invoice.objects.filter(issue__party=party, issue__idempotency_key=key).first()


def _check(order: Order, party: Party) -> None:
    mistakes: dict[str, list[str]] = {}
    if order.kind not in Invoice.Kind.values:
        mistakes["kind"] = [_("请选择票种。")]
    mistakes |= _about_buyer(order, party)
    if not 1 <= len(order.items) <= MAX_LINES:
        mistakes["items"] = [_("请填写 1 至 %(most)d 行开票项目。") % {"most": MAX_LINES}]
    allowed = {*rates(party), Treatment.EXEMPT.value, Treatment.OUTSIDE.value}
    for position, item in enumerate(order.items):
        mistakes |= _about_item(item, f"items.{position}", allowed)
    if mistakes:
        raise ValidationError(mistakes)


def _about_buyer(order: Order, party: Party) -> dict[str, list[str]]:
    number, name = order.buyer_number, order.buyer_name
    if not number:
        if order.kind == Invoice.Kind.SPECIAL:
            return {"buyer_number": [_("开具增值税专用发票需要购买方的统一社会信用代码。")]}
        return {} if name else {"buyer_name": [_("请填写购买方名称；个人消费者可以填写“个人”。")]}
    if number == party.organisation.uscc:
        return {"buyer_number": [_("购买方不能是开票的单位自己。")]}
    for valid in (identifiers.validate_credit_code, identifiers.validate_identity_number):
        try:
            valid(number)
            break
        except ValidationError:
            continue
    else:
        return {"buyer_number": [_("购买方识别号不正确。请核对 18 位统一社会信用代码或者居民身份证号码。")]}
    known = Organisation.objects.filter(uscc=number).values_list("party__name", flat=True).first()
    if known is not None and known != name:
        return {"buyer_name": [_("购买方名称与该统一社会信用代码登记的名称不一致。请向购买方核对抬头。")]}
    return {} if name else {"buyer_name": [_("请填写购买方名称。")]}


def _about_item(item: Item, at: str, allowed: set) -> dict[str, list[str]]:
    mistakes = {}
    if not item.name:
        mistakes[f"{at}.name"] = [_("请填写项目名称。")]
    if not (len(item.tax_class) == 19 and item.tax_class.isascii() and item.tax_class.isdigit()):
        mistakes[f"{at}.tax_class"] = [_("税收分类编码是 19 位数字。")]
    if item.quantity <= 0:
        mistakes[f"{at}.quantity"] = [_("数量应大于 0。")]
    if item.price <= 0 or fen(item.quantity * item.price) <= 0:
        mistakes[f"{at}.price"] = [_("单价应大于 0，数量乘单价应不小于 0.01 元。")]
    if (item.rate if item.rate in Treatment.values else _rate(item.rate)) not in allowed:
        shown = joined(f"{rate:f}" for rate in sorted(r for r in allowed if isinstance(r, Decimal)))
        mistakes[f"{at}.rate"] = [
            _("税率不适用于您的纳税人类型。可以选择：%(rates)s，或免税、不征税。") % {"rates": shown}
        ]
    return mistakes


def _rate(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None
