"""Where chapter 4 meets the kernel; connected once."""

from apps.collaboration.fees import signals as fees
from apps.collaboration.insurance import feedback as insurance
from apps.collaboration.insurance import matters, reminding
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.parties import todos

__all__ = ["connect", "matters"]


def connect() -> None:
    """Called when the chapter is ready."""
    charge_paid.connect(fees.on_charge_paid, dispatch_uid="feedback-to-fee-departments")
    charge_paid.connect(insurance.on_charge_paid, dispatch_uid="feedback-to-insurance-agencies")
    todos.register(reminding.todos)
