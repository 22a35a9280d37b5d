"""Where returns meet the rest of the portal: payments told by the ledger, to-dos for the home page."""

from apps.kernel.casework import page_parts
from apps.kernel.ledger import certificates
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.services.filing import charging, corrected, lodging
from apps.services.filing.todos import returns_to_file


def connect() -> None:
    """Called once, when the chapter is ready."""
    charge_paid.connect(_on_charge_paid, dispatch_uid="return-settled")
    todos.register(returns_to_file)
    corrected.connect()
    page_parts.register(corrected.of_case)


def _on_charge_paid(sender: object, *, charge: Charge, payment: Payment, **_more: object) -> None:
    """Settle the return and issue the payment's certificate unasked; told twice, both happen once."""
    tax_return = charging.return_behind(charge)
    if tax_return is not None:
        lodging.settle(tax_return)
        certificates.issue(payment, Actor.system("ledger"))
