"""The late fee (滞纳金, 税收征收管理法 Art 32): derived for any day, never counted down.

It runs from the day after the due date to the day of payment. What belongs to principal already
paid is fixed on the charge; what belongs to principal still owed grows with the day asked for.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.kernel.ledger.models import ZERO, Charge
from apps.kernel.rules import parameters
from apps.kernel.rules.money import fen

RATE = "late-fee.rate"


@dataclass(frozen=True)
class Line:
    """One line of the derivation, as the payer reads it."""

    label: str
    formula: str
    amount: Decimal
    source: str


def days_late(due: dt.date, on: dt.date) -> int:
    """Days from the day after the due date up to and including ``on``."""
    return max(0, (on - due).days)


def rate(on: dt.date) -> Decimal:
    """The daily rate in force on a day; whoever looks at many charges asks once."""
    return parameters.row(RATE, on).number


def on_principal(charge: Charge, principal: Decimal, on: dt.date, *, daily: Decimal | None = None) -> Decimal:
    """The late fee on a part of a charge's principal paid on a day."""
    late = days_late(charge.due, on)
    if not late or not principal or not charge.levy.late_fee:
        return ZERO
    return fen(principal * (rate(on) if daily is None else daily) * late)


def accrued(charge: Charge, on: dt.date, *, daily: Decimal | None = None) -> Decimal:
    """All late fee of a charge up to a day, paid or not."""
    return charge.late_fee_fixed + on_principal(charge, charge.outstanding, on, daily=daily)


def outstanding(charge: Charge, on: dt.date, *, daily: Decimal | None = None) -> Decimal:
    """The late fee still to pay if everything is paid on a day."""
    return accrued(charge, on, daily=daily) - charge.late_fee_paid


def lines(charge: Charge, on: dt.date, *, daily: Decimal | None = None) -> list[Line]:
    """How the late fee of a day comes about, line by line."""
    found = []
    if charge.late_fee_fixed:
        found.append(Line(_("随已缴本金固定的滞纳金"), "", charge.late_fee_fixed, ""))
    daily = rate(on) if daily is None else daily
    running = on_principal(charge, charge.outstanding, on, daily=daily)
    if running:
        formula = _("%(principal)s × %(rate)s × %(days)d 天") % {
            "principal": f"{charge.outstanding:,.2f}",
            "rate": f"{daily:%}",
            "days": days_late(charge.due, on),
        }
        found.append(Line(_("未缴本金的滞纳金"), formula, running, _("《税收征收管理法》第三十二条")))
    if charge.late_fee_paid:
        found.append(Line(_("已缴滞纳金"), "", -charge.late_fee_paid, ""))
    return found
