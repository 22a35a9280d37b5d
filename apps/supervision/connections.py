"""Where chapters 5 and 6 meet the kernel: procedures, letters, parts of pages; connected once."""

from apps.supervision.complaints import connections as complaints
from apps.supervision.credit import connections as credit


def connect() -> None:
    """Called when the chapters are ready."""
    complaints.connect()
    credit.connect()
