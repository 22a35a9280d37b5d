"""What credit adds to the kernel: procedures, letters, to-dos, and what it hears of payments and returns."""

from apps.kernel.casework.signals import case_moved, return_lodged, return_overdue
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.parties import todos
from apps.supervision.credit import certificate, listed, mending, reevaluation, repair
from apps.supervision.credit.todos import of_deductions

# Importing registers them.
REGISTERED = (repair.REPAIR, reevaluation.REEVALUATION, certificate.CERTIFICATE)


def connect() -> None:
    """Called when the chapter is ready."""
    case_moved.connect(listed.on_case_moved, dispatch_uid="credit-listed")
    charge_paid.connect(mending.on_charge_paid, dispatch_uid="credit-paid")
    return_lodged.connect(mending.on_return_lodged, dispatch_uid="credit-lodged")
    return_overdue.connect(mending.on_return_overdue, dispatch_uid="credit-overdue")
    todos.register(of_deductions)
