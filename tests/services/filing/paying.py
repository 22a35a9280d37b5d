"""Pay what a return owes, with the gateway's word given directly."""

from apps.kernel.casework.models import Case
from apps.kernel.ledger import payments
from apps.kernel.ledger.gateway import Notice
from apps.kernel.ledger.models import Payment
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.workcalendar import clock
from apps.services.filing import charging


def pay(payer: Actor, case: Case, only: list[str] | None = None) -> Payment:
    """Pay the return's charges, or only those of some levies; the chapters are told as after the commit."""
    charges = [row for row in charging.outstanding(case.detail) if only is None or row.levy_id in only]
    payment = payments.begin(charges, actor=payer, return_url="http://127.0.0.1/{number}")
    payments.settle(
        Notice(
            kind="payment",
            nonce=reference(20),
            source="callback",
            number=payment.number,
            status="succeeded",
            amount=payment.amount,
            reference="GW-1",
            happened_at=clock.now(),
        )
    )
    payment.refresh_from_db()
    payments.announce(payment)
    return payment
