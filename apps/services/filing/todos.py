"""Returns to file, for the home page: what is not filed yet and due by the end of this month, or overdue (Art 6)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.parties.todos import Todo
from apps.services.filing import periods


def returns_to_file(actor: Actor) -> Iterator[Todo]:
    """One line per period without a return in force; nothing for natural persons or outside the mandate."""
    party = actor.party
    if party is None or party.kind != Party.Kind.ORGANISATION:
        return
    for row in periods.rows(actor):
        if row.in_force is not None or row.waits_for_office:
            continue
        under_way = row.under_way
        yield Todo(
            title=_("申报 %(period)s %(kind)s") % {"period": row.period, "kind": row.kind.title},
            url=reverse("filing:figures", args=[party.ref, under_way.case.number])
            if under_way is not None
            else reverse("filing:periods", args=[party.ref]) + f"#{row.place}",
            kind="file",
            due=row.due.due,
            note=str(under_way.case.standing.label) if under_way is not None else _("数据已预填"),
        )
