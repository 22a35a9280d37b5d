"""What complaints add to the kernel's pages and letters."""

from apps.kernel.casework import page_parts
from apps.kernel.casework.models import keep_from
from apps.supervision.complaints import appeals, letters, procedure, reconsideration, rectification, steps

# Importing registers them: the letters and the three procedures.
REGISTERED = (letters.ANSWER, procedure.COMPLAINT, reconsideration.RECONSIDERATION, rectification.RECTIFICATION)


def connect() -> None:
    """Called when the chapter is ready."""
    page_parts.register(appeals.of_case)
    keep_from(steps.kept_from)
