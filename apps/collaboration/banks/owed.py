"""What a party owes under a law, as far as it may be secured or taken by force (Art 29)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from apps.collaboration.banks.grounds import LEVIES, Ground
from apps.collaboration.banks.models import AccountOrder, PayOrder
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


def held(ground: Ground, party: Party, order: PayOrder | None) -> Decimal:
    """What other measures of the kind hold already, or are asked to, for the same debt.

    The law secures as much as is owed, and once (税收征收管理法 Art 38; 实施细则 Art 64).
    """
    found = AccountOrder.objects.filter(party=party, case__closed_at__isnull=True)
    if order is not None:
        same = Q(pay_order__isnull=True) | Q(pay_order__charges__in=order.charges.values("pk"))
        found = found.filter(same).distinct()
    alike = (each for each in found if (each.power.measure, each.power.regime) == (ground.measure, ground.regime))
    return sum((_holds(each) for each in alike), ZERO)


def _holds(measure: AccountOrder) -> Decimal:
    """Until the bank has acted all that was asked; then what is frozen, as what was deducted is paid."""
    if measure.executed is None:
        return measure.limit
    return measure.frozen - measure.freeing if measure.in_force else ZERO


def too_much(freeze: AccountOrder, on: dt.date) -> Decimal:
    """What a freeze holds beyond what it may: its own order's debt, and with the other freezes all that is owed."""
    found = AccountOrder.objects.filter(party=freeze.party, case__closed_at__isnull=True, executed__gt=0)
    held_ = sum((_holds(each) for each in found if each.in_force and each.power.regime == freeze.power.regime), ZERO)
    own = _holds(freeze)
    beyond = own - most(freeze.power, freeze.party, on, freeze.pay_order)
    return min(own, max(beyond, held_ - most(freeze.power, freeze.party, on, None), ZERO))


def kept_for_living(party: Party, dependants: int | None, on: dt.date) -> Decimal:
    """What is left to a person and the family for their living (税收征收管理法 Arts 38, 40, 42); nothing of a firm."""
    if party.kind != Party.Kind.PERSON:
        return ZERO
    monthly = parameters.row("enforcement.living-allowance", on).number
    months = parameters.row("enforcement.living-months", on).number
    return fen(monthly * months * (1 + (dependants or 0)))
