"""Where returns meet the rest of the portal: payments told by the ledger, to-dos for the home page."""

from apps.kernel.ledger.models import Charge
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.parties import todos
from apps.services.filing import lodging
from apps.services.filing.todos import returns_to_file


def connect() -> None:
    """Called once, when the chapter is ready."""
    charge_paid.connect(_on_charge_paid, dispatch_uid="vat-return-settled")
    todos.register(returns_to_file)


def _on_charge_paid(sender: object, *, charge: Charge, **_more: object) -> None:
    lodging.settle(charge)
