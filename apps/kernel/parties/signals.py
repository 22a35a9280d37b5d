"""What parties tells the rooms above it. Receivers run inside the sender's transaction."""

from django.dispatch import Signal

# A mandate changed: ``mandate``, ``action`` (see mandates.TRANSITIONS, or "invite") and ``actor``.
mandate_changed = Signal()
