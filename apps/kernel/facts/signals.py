"""What facts tell the rooms above. Receivers run inside the transaction (Art 19)."""

from django.dispatch import Signal

# A taxpayer holds a value to be wrong: ``dispute``, ``actor``.
fact_disputed = Signal()

# A dispute was taken back: ``dispute``, ``actor``.
dispute_withdrawn = Signal()

# A wrong value has been put right: ``party``, ``field``, ``value`` as the facts spell it. Who used the old one looks
# again and answers with the cases that show it.
fact_corrected = Signal()
