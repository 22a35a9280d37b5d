"""A charge is paid: its department is told at once; the sweep tells whatever this missed (Art 25)."""

from apps.collaboration.fees import billing, feedback
from apps.kernel.ledger.models import Charge


def on_charge_paid(sender: object, *, charge: Charge, **_more: object) -> None:
    """Sent after commit and at least once; telling twice is telling once."""
    if charge.about.startswith(billing.PREFIX):
        feedback.tell_departments(charge=charge)
