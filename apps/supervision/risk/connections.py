"""What risk management adds to the kernel: letters and the three procedures."""

from apps.supervision.risk import letters, procedures

# Importing registers them.
REGISTERED = (
    letters.REMINDER,
    letters.STARTED,
    letters.CONCLUDED,
    procedures.REMINDER,
    procedures.ASSESSMENT,
    procedures.AUDIT,
)
