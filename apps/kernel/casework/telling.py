"""Telling another office, in its inbox, what has become of a case between offices."""

from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import Words, recorded
from apps.kernel.notifications import outbox
from apps.kernel.parties.models import Office


def tell(case: Case, office: Office | None, what: Words, reason: str = "") -> None:
    """Queue the news for an office; what it says is kept as it was said."""
    if office is not None:
        context = {"number": case.number, "title": case.title, "what": recorded(what), "reason": reason}
        outbox.send("collaboration-news", office, context, about=case.about)
