"""What is owed, paid and refunded: one account per payer, with double entry beneath it (Art 6).

The figures on ``Charge`` are kept beside the rows they sum, so that a plain CHECK guards them;
triggers (see ``schema.py``) hold both to the rows, hold every journal entry in balance, and
refuse to change what is written.
"""

from apps.kernel.ledger.models.amounts import ZERO, Yuan
from apps.kernel.ledger.models.books import JournalEntry, Posting
from apps.kernel.ledger.models.charges import Account, Charge, Levy, charge_ref
from apps.kernel.ledger.models.gateway import GatewayNotice, PaymentException
from apps.kernel.ledger.models.payments import Allocation, Payment, PaymentLine, payment_number
from apps.kernel.ledger.models.reconciliation import Reconciliation, ReconciliationRow
from apps.kernel.ledger.models.refunds import Overpayment, Refund, refund_number

__all__ = [
    "ZERO",
    "Account",
    "Allocation",
    "Charge",
    "GatewayNotice",
    "JournalEntry",
    "Levy",
    "Overpayment",
    "Payment",
    "PaymentException",
    "PaymentLine",
    "Posting",
    "Reconciliation",
    "ReconciliationRow",
    "Refund",
    "Yuan",
    "charge_ref",
    "payment_number",
    "refund_number",
]
