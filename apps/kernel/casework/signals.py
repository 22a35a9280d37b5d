"""What casework tells the rooms above it. Receivers run inside the transaction."""

from django.dispatch import Signal

# A case was opened as a draft: ``case``, ``actor``. Sent once.
case_opened = Signal()

# A case moved: ``case`` as it now stands, ``row`` (the transition taken), ``actor`` and ``data``.
case_moved = Signal()
