"""What the ledger tells the chapters above it, after commit and at least once."""

from django.dispatch import Signal

# A charge's principal is fully paid: ``charge``, ``payment``. Receivers may be called again for the
# same charge after a crash, so they check what they did before.
charge_paid = Signal()
