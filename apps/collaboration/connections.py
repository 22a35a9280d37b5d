"""Where chapter 4 meets the kernel; connected once."""

from apps.collaboration.delegated import access as delegated
from apps.collaboration.fees import signals as fees
from apps.kernel.documents import access
from apps.kernel.ledger.signals import charge_paid


def connect() -> None:
    """Called when the chapter is ready."""
    charge_paid.connect(fees.on_charge_paid, dispatch_uid="feedback-to-fee-departments")
    access.grant("delegated-item", delegated.may_open_receipt)
