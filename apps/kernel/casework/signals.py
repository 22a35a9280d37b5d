"""What casework tells the chapters above it, inside the transaction."""

from django.dispatch import Signal

# A case was opened as a draft: ``case``, ``actor``. Sent once.
case_opened = Signal()
