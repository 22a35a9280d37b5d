"""What the list adds to the kernel: letters and two procedures."""

from apps.supervision.dishonesty import letters, procedures

# Importing registers them.
REGISTERED = (letters.NOTICE, letters.DECISION, procedures.LISTING, procedures.EXIT)
