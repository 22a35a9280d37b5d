"""Where chapter 3 meets the kernel; connected once."""

from apps.datashare.adhoc import consultation, letters, listing
from apps.datashare.requests import procedure as request
from apps.datashare.use import kernel_facts

# Importing registers them: the letter and the three procedures.
REGISTERED = (letters.CERTIFICATE, request.DATA_REQUEST, consultation.CONSULTATION, listing.LISTING_REQUEST)


def connect() -> None:
    """Called when the chapter is ready."""
    kernel_facts.register()
