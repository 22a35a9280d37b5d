"""What casework tells the rooms above it. Receivers run inside the transaction of the move."""

from django.dispatch import Signal

# A case moved: ``case`` as it now stands, ``row`` (the transition taken), ``actor`` and ``data``.
case_moved = Signal()
