"""Where chapter 4 meets the kernel; connected once."""

from apps.collaboration.fees import disputes as fee_disputes
from apps.collaboration.fees import signals as fees
from apps.kernel.ledger.signals import charge_paid

# Importing registers them.
REGISTERED = (fee_disputes.FEE_DISPUTE,)


def connect() -> None:
    """Called when the chapter is ready."""
    charge_paid.connect(fees.on_charge_paid, dispatch_uid="feedback-to-fee-departments")
