"""Items and their prices: what is asked about, what the bureau finds, and that the figures agree (Art 27)."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.price.models import Method, PriceDetermination, PriceItem
from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.rules.money import fen

PRICED_IN = ("handling", "review")
MOST = Decimal("9999999999999.99")


def may_price(case: Case, actor: Actor) -> bool:
    """Whether the actor's bureau holds the case and works on its prices."""
    return (
        case.state in PRICED_IN
        and actor.front_door == "partner"
        and case.office_id == actor.office.pk
        and Role.OFFICER in actor.roles
    )


@transaction.atomic
def price(
    case: Case, place: int, *, method: str, unit_price: Decimal, note: str, actor: Actor, amount: Decimal | None = None
) -> PriceItem:
    """Put a price on one item. A stated ``amount`` must be what quantity and unit price come to.

    :raises PermissionDenied: unless the actor's bureau works on it.
    :raises ValidationError: coded ``item``, ``method`` or ``unit``.
    """
    case = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if not may_price(case, actor):
        log.denied("price.item", actor=actor, target=case.number, reason="not the bureau that works on it")
        raise PermissionDenied(_("只有正在办理的价格认定机构可以填写价格。"))
    item = PriceItem.objects.filter(determination=case.pk, place=place).first()
    if item is None:
        raise ValidationError({"item": ValidationError(_("没有第 %d 项标的。") % place, code="item")})
    if method not in Method.values:
        raise ValidationError({"method": ValidationError(_("请选择认定方法。"), code="method")})
    worth = fen(unit_price * item.quantity)
    if amount is not None and amount != worth:
        raise ValidationError({"amount": ValidationError(_differs(item, unit_price, amount, worth), code="unit")})
    if not Decimal(0) < worth <= MOST:
        raise ValidationError(
            {"unit_price": ValidationError(_("认定金额应大于零，且不过大，请核对单位。"), code="unit")}
        )
    item.method, item.unit_price, item.amount, item.note = method, unit_price, worth, note
    item.full_clean(exclude=["determination"])
    item.save(update_fields=["method", "unit_price", "amount", "note"])
    log.record(case.about, "price.item", actor=actor, target=str(place), data={"amount": str(worth)})
    return item


def _differs(item: PriceItem, unit_price: Decimal, amount: Decimal, worth: Decimal) -> str:
    return _(
        "第 %(place)d 项：单价 %(price)s × 数量 %(quantity)s = %(worth)s 元，与金额 %(amount)s 元不符，请核对单位。"
    ) % {
        "place": item.place,
        "price": unit_price,
        "quantity": item.quantity.normalize(),
        "worth": worth,
        "amount": amount,
    }


def yuan(given: Any, name: str) -> Decimal:
    """An amount as a partner system writes it: text, in yuan, with two decimals.

    :raises ValidationError: coded ``unit``.
    """
    text = str(given)
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    whole, _point, part = text.partition(".")
    if not (isinstance(given, str) and whole.isdecimal() and len(part) == 2 and part.isdecimal() and amount > 0):
        message = _("金额以元为单位，写成两位小数的文本，例如 1000000.00。")
        raise ValidationError({name: ValidationError(message, code="unit")})
    return amount


def write_items(determination: PriceDetermination, items: Iterable[dict[str, Any]]) -> None:
    """The items of a new case, numbered in order."""
    PriceItem.objects.bulk_create(
        PriceItem(determination=determination, place=place, **item) for place, item in enumerate(items, start=1)
    )


def unpriced(case: Case) -> list[int]:
    """The items that have no price yet."""
    return list(PriceItem.objects.filter(determination=case.pk, amount__isnull=True).values_list("place", flat=True))
