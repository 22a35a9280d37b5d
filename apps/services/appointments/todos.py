"""Coming appointments and places to confirm, for the list of things to do (Art 6)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.todos import Todo
from apps.kernel.workcalendar import clock
from apps.services.appointments.models import Booking

MOST = 10


def appointments_ahead(actor: Actor) -> Iterator[Todo]:
    """Appointments to come to and holds to confirm, soonest first."""
    if actor.party is None:
        return
    rows = Booking.objects.visible_to(actor).current().filter(day__gte=clock.today())
    for row in rows.select_related("slot__site", "slot__line").order_by("day", "slot__starts_at")[:MOST]:
        held = row.state == Booking.State.HELD
        title = _("确认预约：%(line)s") if held else _("到场办理：%(line)s")
        yield Todo(
            title=title % {"line": row.slot.line},
            url=reverse("appointments:check" if held else "appointments:page", args=[actor.party.ref, row.ref]),
            kind="appointment",
            due=row.day,
            note=f"{row.slot.hours} · {row.slot.site}",
        )
