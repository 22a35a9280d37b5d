"""A file of determinations (CSV or Excel) read into rows as they were typed (Art 26)."""

from django.core.files.uploadedfile import UploadedFile

from apps.collaboration import tables
from apps.collaboration.qualification.rows import COLUMNS, OPTIONAL

MOST_ROWS = 2_000


def read(file: UploadedFile) -> list[dict[str, str]]:
    """The rows of a file by column.

    :raises ValidationError: on ``file``, saying how to mend it.
    """
    rows = tables.read(file, COLUMNS, optional=OPTIONAL, most=MOST_ROWS)
    return [{**row, "amount": _with_fen(row.get("amount", ""))} for row in rows]


def _with_fen(amount: str) -> str:
    """A table keeps 1000000.00 as 1000000; its heading says that the unit is yuan."""
    whole, _point, part = amount.partition(".")
    return f"{whole}.{part:0<2}" if whole.isdecimal() and (not part or part.isdecimal()) else amount
