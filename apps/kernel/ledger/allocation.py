"""How money is put on charges: pure arithmetic that never loses a fen.

Principal goes before late fee (公告2019年第48号 Art 1: arrears may be paid before their late fee), older due
dates before younger ones, in the order the charges are given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.kernel.ledger.models import ZERO, Allocation

Component = Allocation.Component


@dataclass(frozen=True)
class Owed:
    """What one charge still takes."""

    charge_id: int
    principal: Decimal
    late_fee: Decimal


@dataclass(frozen=True)
class Part:
    """An amount put on one component of one charge."""

    charge_id: int
    component: str
    amount: Decimal


def allocate(amount: Decimal, owed: Sequence[Owed]) -> tuple[list[Part], Decimal]:
    """The parts an amount makes, and the remainder no charge takes."""
    parts, left = [], amount
    wanted = [(row.charge_id, Component.PRINCIPAL, row.principal) for row in owed]
    wanted += [(row.charge_id, Component.LATE_FEE, row.late_fee) for row in owed]
    for charge_id, component, most in wanted:
        part = min(left, most)
        if part > ZERO:
            parts.append(Part(charge_id, component, part))
            left -= part
    return parts, left
