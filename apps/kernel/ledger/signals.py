"""What the ledger tells the chapters above it."""

from django.dispatch import Signal

# Charges were put on accounts: ``charges``, a queryset of one or of thousands, so ask it and do not walk it, and the
# few ``periods`` they are of. Sent once, inside the transaction that assesses them.
charges_assessed = Signal()

# A charge's principal is fully paid: ``charge``, ``payment``. Sent after commit and at least once: receivers
# may be called again for the same charge after a crash, so they check what they did before.
charge_paid = Signal()
