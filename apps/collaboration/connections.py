"""Where chapter 4 meets the kernel; connected once."""

from apps.collaboration.banks import procedure as banks
from apps.collaboration.banks import releasing
from apps.collaboration.courts import arrears, bankruptcy, sale
from apps.collaboration.fees import signals as fees
from apps.kernel.ledger.signals import charge_paid

# On the register by being loaded: their transition tables and letters.
PROCEDURES = (banks.ENQUIRY, banks.FREEZE, banks.DEDUCT, sale.SALE, arrears.ARREARS, bankruptcy.BANKRUPTCY)


def connect() -> None:
    """Called when the chapter is ready."""
    charge_paid.connect(fees.on_charge_paid, dispatch_uid="feedback-to-fee-departments")
    charge_paid.connect(releasing.on_charge_paid, dispatch_uid="release-what-is-paid")
