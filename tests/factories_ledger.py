"""Factories of the ledger: charges someone owes, payments that went well."""

import datetime as dt
import itertools
from decimal import Decimal

from apps.kernel.ledger import charges, payments
from apps.kernel.ledger.gateway import Notice
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock

_nonces = itertools.count(1)
RETURN_URL = "http://127.0.0.1:8000/as/x/account/payments/{number}/"


def owed(
    party: Party,
    amount: str = "1000.00",
    *,
    levy: str = "vat",
    period: str = "2026-09",
    due: dt.date | None = None,
    about: str = "case/SH2026000001",
) -> Charge:
    """A charge the party owes, by default due in ten days."""
    return charges.assess(
        party=party,
        levy=levy,
        period=period,
        amount=Decimal(amount),
        due=due or clock.today() + dt.timedelta(days=10),
        about=about,
        actor=Actor.system("test"),
    )


def notice(payment: Payment, status: str = "succeeded", *, amount: str | None = None, nonce: str = "") -> Notice:
    """What the gateway would say of a payment."""
    return Notice(
        kind="payment",
        number=payment.number,
        status=status,
        amount=payment.amount if amount is None else Decimal(amount),
        reference="G1",
        happened_at=clock.now(),
        nonce=nonce or f"test-{next(_nonces)}",
        source="callback",
    )


def begun(*owed_charges: Charge, actor: Actor) -> Payment:
    """A payment on its way; without a gateway it waits as created."""
    return payments.begin(owed_charges, actor=actor, return_url=RETURN_URL)


def paid(*owed_charges: Charge, actor: Actor) -> Payment:
    """A payment that succeeded."""
    payment = begun(*owed_charges, actor=actor)
    payments.settle(notice(payment))
    payment.refresh_from_db()
    return payment
