"""What the documents room and those who check its papers tell the chapters above."""

from django.dispatch import Signal

# A certificate has passed an office's check for a matter (Art 28): ``document``, ``matter_number``, ``actor``.
# Sent in the transaction of the check.
certificate_checked = Signal()

# A document was revoked: ``document``, ``actor``. Sent in the transaction of the revocation.
document_revoked = Signal()
