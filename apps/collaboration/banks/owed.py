"""What a party owes under a law, as far as it may be secured or taken by force (Art 29)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from apps.collaboration.banks.grounds import LEVIES, Ground
from apps.collaboration.banks.models import PayOrder
from apps.kernel.ledger import late_fees
from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.parties.models import Party
from apps.kernel.rules import parameters
from apps.kernel.rules.money import fen


@dataclass(frozen=True)
class Owed:
    """One open charge with what is owed on it on a day."""

    charge: Charge
    principal: Decimal
    late_fee: Decimal


def rows(party: Party, regime: str, on: dt.date, order: PayOrder | None = None) -> list[Owed]:
    """The open charges of a party under a law; of an order to pay, only those it names."""
    found = Charge.objects.filter(party=party, levy__kind__in=LEVIES[regime]).open().select_related("levy")
    if order is not None:
        found = found.filter(pk__in=order.charges.values("pk"))
    daily = late_fees.rate(on)
    return [Owed(each, each.outstanding, late_fees.outstanding(each, on, daily=daily)) for each in found]


def most(ground: Ground, party: Party, on: dt.date, order: PayOrder | None) -> Decimal:
    """The most a measure may reach: the principal owed, with the late fee where the law takes it along."""
    found = rows(party, ground.regime, on, order)
    return sum((each.principal + (each.late_fee if ground.late_fee else ZERO) for each in found), ZERO)


def kept_for_living(party: Party, dependants: int | None, on: dt.date) -> Decimal:
    """What is left to a person and the family for their living (税收征收管理法 Arts 38, 40, 42); nothing of a firm."""
    if party.kind != Party.Kind.PERSON:
        return ZERO
    monthly = parameters.row("enforcement.living-allowance", on).number
    months = parameters.row("enforcement.living-months", on).number
    return fen(monthly * months * (1 + (dependants or 0)))
