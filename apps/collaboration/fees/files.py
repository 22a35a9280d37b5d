"""A file of sources (CSV or Excel) read into rows as they were typed; judging them is ``rows.py``'s work."""

from django.core.files.uploadedfile import UploadedFile

from apps.collaboration import tables
from apps.collaboration.fees.intake import MOST_ROWS
from apps.collaboration.fees.packing import COLUMNS


def read(file: UploadedFile) -> list[dict[str, str]]:
    """The rows of a file by column.

    :raises ValidationError: on ``file``, saying how to mend it.
    """
    return tables.read(file, COLUMNS, optional=("payer_code", "issued"), most=MOST_ROWS)
