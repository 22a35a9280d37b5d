"""Orders to pay, and what banks are asked, answer and are ordered; Article 29.

An enquiry, a freeze and a deduction are cases that pass from the office that asks to whoever must approve, to the
bank and back. Taxes and social insurance share these tables.
"""

from apps.collaboration.banks.models.enquiries import AccountEnquiry, AccountMovement, AccountRead, BankAccount
from apps.collaboration.banks.models.orders import FROZEN, AccountOrder
from apps.collaboration.banks.models.pay_orders import PayOrder
from apps.collaboration.banks.models.requests import BankRequest

__all__ = [
    "FROZEN",
    "AccountEnquiry",
    "AccountMovement",
    "AccountOrder",
    "AccountRead",
    "BankAccount",
    "BankRequest",
    "PayOrder",
]
