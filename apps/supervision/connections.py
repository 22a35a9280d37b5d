"""Where chapters 5 and 6 meet the kernel: procedures, letters, parts of pages; connected once."""

from apps.supervision.complaints import connections as complaints


def connect() -> None:
    """Called when the chapters are ready."""
    complaints.connect()
