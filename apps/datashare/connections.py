"""Where chapter 3 meets the kernel; connected once."""

from apps.datashare.adhoc import consultation, letters, listing
from apps.datashare.corrections import procedure as correction
from apps.datashare.corrections import receiving
from apps.datashare.quality import letters as assessment
from apps.datashare.quality import reporting
from apps.datashare.requests import procedure as request
from apps.datashare.use import kernel_facts
from apps.kernel.audit import partitions
from apps.kernel.documents import access

# Importing registers them: the letters and the procedures.
REGISTERED = (
    letters.CERTIFICATE,
    request.DATA_REQUEST,
    consultation.CONSULTATION,
    listing.LISTING_REQUEST,
    correction.DATA_CORRECTION,
    assessment.REPORT,
)


def connect() -> None:
    """Called when the chapter is ready."""
    kernel_facts.register()
    partitions.register("datashare_dataaccess", "datashare_access_month")
    receiving.connect()
    access.grant("quality", reporting.may_open)
