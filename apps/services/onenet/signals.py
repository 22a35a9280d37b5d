"""What makes 一网通办 learn something: moves of cases, payments, changed mandates (Art 15)."""

from apps.kernel.casework.models import Case
from apps.kernel.casework.signals import case_moved
from apps.kernel.ledger.models import Charge
from apps.kernel.ledger.signals import charge_paid
from apps.kernel.notifications import dispatch
from apps.kernel.parties.models import Mandate
from apps.kernel.parties.signals import mandate_changed
from apps.services.onenet import pushing


def connect() -> None:
    """Called once, when the chapter is ready."""
    dispatch.register(pushing.OneNet())
    case_moved.connect(_on_case_moved, dispatch_uid="onenet-case")
    charge_paid.connect(_on_charge_paid, dispatch_uid="onenet-charge")
    mandate_changed.connect(_on_mandate_changed, dispatch_uid="onenet-mandate")


def _on_case_moved(sender: object, *, case: Case, **_more: object) -> None:
    pushing.push_status(case)
    if case.applicant is not None:
        pushing.mark(case.applicant)


def _on_charge_paid(sender: object, *, charge: Charge, **_more: object) -> None:
    pushing.mark(charge.party)


def _on_mandate_changed(sender: object, *, mandate: Mandate, **_more: object) -> None:
    pushing.mark(mandate.principal)
    pushing.mark(mandate.agent)
