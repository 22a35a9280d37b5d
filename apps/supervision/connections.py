"""Where chapters 5 and 6 meet the kernel: procedures, letters, parts of pages; connected once."""

from apps.supervision.complaints import connections as complaints
from apps.supervision.risk import connections as risk

REGISTERED = (risk.REGISTERED,)


def connect() -> None:
    """Called when the chapters are ready."""
    complaints.connect()
