"""Red-letter forms that wait for a taxpayer's answer, for the home page (Art 6)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.todos import Todo
from apps.services.invoices import importing, red_letters

LIMIT = 20


def red_letters_to_answer(actor: Actor) -> Iterator[Todo]:
    """One line per form, in one query; nothing outside the mandate."""
    party = actor.party
    if party is None or (actor.mandate is not None and not actor.mandate.covers(matter=importing.MATTER)):
        return
    for row in red_letters.waiting_for(party).order_by("due_at")[:LIMIT]:
        yield Todo(
            title=_("答复红字发票确认单：%(number)s") % {"number": row.blue.number},
            url=reverse("invoices:red_letter", args=[party.ref, row.ref]),
            kind="invoice",
            due=timezone.localtime(row.due_at).date(),
            note=row.asked_by.name,
        )
