"""An order to pay by a day (责令限期缴纳): at most fifteen days, with a letter (细则 Art 73; 社会保险法 Art 63)."""

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.banks import access, papers
from apps.collaboration.banks.grounds import LEVIES, Regime
from apps.collaboration.banks.models import PayOrder
from apps.collaboration.coded import Refusal
from apps.kernel.audit import log
from apps.kernel.documents import letters
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock

CLAUSES = {
    Regime.TAX: "《税收征收管理法》第三十八条、第四十条；实施细则第七十三条",
    Regime.INSURANCE: "《社会保险法》第六十三条第一款、第八十六条",
}


def latest(on: dt.date) -> dt.date:
    """The last day an order given on a day may set."""
    return on + dt.timedelta(days=terms.term("pay-order-longest", on).term)


@transaction.atomic
def issue(
    party: Party,
    *,
    regime: str,
    charges: Sequence[Charge],
    pay_by: dt.date,
    actor: Actor,
    idempotency_key: str | None = None,
) -> PayOrder:
    """Order a party to pay charges by a day, and tell it with a letter.

    :raises PermissionDenied: unless a clerk of the tax office in charge gives it; the attempt is on record.
    :raises ValidationError: when the day or the charges do not fit.
    """
    if not access.asks(actor) or not access.in_charge(party, actor):
        log.denied("pay-order", actor=actor, target=f"party/{party.ref}", reason="not the office in charge")
        raise PermissionDenied(_("只有主管税务机关的办税人员可以责令限期缴纳。"))
    if idempotency_key:
        first = PayOrder.objects.filter(issued_by=actor.person, idempotency_key=idempotency_key).first()
        if first is not None:
            return first
    today = clock.today()
    if not today < pay_by <= latest(today):
        raise Refusal(
            {"pay_by": _("缴纳期限须在明天至 %(latest)s 之间（最长十五日）。") % {"latest": latest(today)}},
            code="pay_by",
        )
    locked = list(
        Charge.objects.select_for_update(of=("self",), no_key=True)
        .select_related("levy")
        .filter(pk__in=[each.pk for each in charges], party=party)
        .order_by("due", "id")
    )
    wrong = [each for each in locked if each.levy.kind not in LEVIES[regime] or each.outstanding <= ZERO]
    if not locked or wrong or len(locked) != len(set(charges)):
        raise Refusal({"charges": _("请选择该当事人同一类别的未缴款项。")}, code="charges")
    order = PayOrder.objects.create(
        party=party,
        office=actor.office,
        regime=regime,
        amount=sum((each.outstanding for each in locked), ZERO),
        pay_by=pay_by,
        issued_by=actor.person,
        idempotency_key=idempotency_key,
    )
    order.charges.set(locked)
    order.letter = letters.issue(
        papers.PAY_ORDER.code,
        party,
        {
            "rows": [
                {"levy": each.levy.name, "period": each.period, "due": each.due, "amount": each.outstanding}
                for each in locked
            ],
            "amount": order.amount,
            "pay_by": pay_by,
            "clause": CLAUSES[Regime(regime)],
        },
        actor=actor,
        about=order.about,
    )
    order.save(update_fields=["letter"])
    log.record(
        f"party/{party.ref}",
        "pay-order",
        actor=actor,
        target=order.about,
        data={"amount": str(order.amount), "pay_by": pay_by.isoformat()},
    )
    outbox.send(
        "pay-order",
        party,
        {"office": str(order.office), "amount": order.amount, "pay_by": pay_by, "document": order.letter.number},
        about=order.about,
    )
    return order
