"""Where chapters 5 and 6 meet the kernel: procedures, letters, parts of pages; connected once."""

from apps.supervision.complaints import connections as complaints
from apps.supervision.credit import connections as credit
from apps.supervision.dishonesty import connections as dishonesty
from apps.supervision.joint import connections as joint
from apps.supervision.risk import connections as risk

# Importing registers what these rooms add.
REGISTERED = (
    risk.REGISTERED,
    joint.REGISTERED,
    dishonesty.REGISTERED,
)


def connect() -> None:
    """Called when the chapters are ready."""
    complaints.connect()
    credit.connect()
