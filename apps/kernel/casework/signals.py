"""What casework tells the rooms above it. Receivers run inside the transaction."""

from django.dispatch import Signal

# A case was opened as a draft: ``case``, ``actor``. Sent once.
case_opened = Signal()

# A case moved: ``case`` as it now stands, ``row`` (the transition taken), ``actor`` and ``data``.
case_moved = Signal()

# A return or declaration with a last day was lodged: ``case``, ``due`` and ``on`` (the day it was first handed in).
# Sent for the first one of its period, not for one that corrects another.
return_lodged = Signal()

# One that was begun has not been lodged by its last day: ``case`` and ``due``. Sent on the days that follow, so
# receivers check what they did before.
return_overdue = Signal()
