"""An account holds less than the insurance contributions owed: security, a deferred payment agreement, or the court.

社会保险法 Article 63, second and third paragraphs; the same table as taxes, which end when the bank has answered.
"""

from typing import Any

from django.utils.translation import gettext as _

from apps.collaboration.banks.grounds import Regime
from apps.collaboration.banks.models import AccountOrder
from apps.collaboration.coded import Refusal
from apps.kernel.casework.models import Case
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def ends(case: Case) -> str | None:
    """A deduction ends with the bank's answer, unless contributions are short and security may be asked for."""
    order: AccountOrder = case.detail
    short = (order.executed or 0) < order.limit
    return None if short and order.power.regime == Regime.INSURANCE else "conclude"


def asked(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """The employer is asked for security."""
    order: AccountOrder = case.detail
    context = {"office": str(order.asked_by), "reason": data["reason"], "amount": order.limit - (order.executed or 0)}
    outbox.send("security-asked", order.party, context, about=f"measure/{case.number}")


def agreed(case: Case, _actor: Actor, data: dict[str, Any]) -> None:
    """Nothing is taken by force before the agreed day (延期缴费协议); the late fee runs on (社会保险法 Art 86)."""
    order: AccountOrder = case.detail
    if data["until"] <= clock.today():
        raise Refusal({"until": _("约定的日期须晚于今天。")}, code="until")
    order.security, order.deferred_until = data["security"], data["until"]
    order.save(update_fields=["security", "deferred_until"])
