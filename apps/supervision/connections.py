"""Where chapters 5 and 6 meet the kernel: procedures, letters, parts of pages; connected once."""

from apps.kernel.casework import page_parts
from apps.supervision.complaints import connections as complaints
from apps.supervision.credit import connections as credit
from apps.supervision.dishonesty import connections as dishonesty
from apps.supervision.joint import connections as joint
from apps.supervision.liability import letters as liability_letters
from apps.supervision.liability import procedure as liability
from apps.supervision.referral import opinions
from apps.supervision.referral import parts as referral_parts
from apps.supervision.referral import procedure as referral
from apps.supervision.reports import keeping as reports
from apps.supervision.risk import connections as risk

# Importing registers what these rooms add.
REGISTERED = (
    *risk.REGISTERED,
    *joint.REGISTERED,
    *dishonesty.REGISTERED,
    reports.HELD_REPORT,
    referral.REFERRAL,
    opinions.OPINION,
    liability.LIABILITY,
    liability_letters.QUARTER,
)


def connect() -> None:
    """Called when the chapters are ready."""
    complaints.connect()
    credit.connect()
    page_parts.register(referral_parts.of_case)
