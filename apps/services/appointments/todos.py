"""Coming appointments and places to confirm, for the list of things to do (Art 6)."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
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
        yield _to_confirm(row, actor) if row.state == Booking.State.HELD else _to_come(row, actor)


def _to_come(row: Booking, actor: Actor) -> Todo:
    return Todo(
        title=_("到场办理：%(line)s") % {"line": row.slot.line},
        url=reverse("appointments:page", args=[actor.party.ref, row.ref]),
        kind="appointment",
        due=row.day,
        note=f"{row.slot.hours} · {row.slot.site}",
    )


def _to_confirm(row: Booking, actor: Actor) -> Todo:
    """Due when the place is no longer kept, long before the appointment itself."""
    until = timezone.localtime(row.held_until)
    note = _("%(until)s 前确认，过时让给别人 · %(day)s %(hours)s · %(site)s")
    return Todo(
        title=_("确认预约：%(line)s") % {"line": row.slot.line},
        url=reverse("appointments:check", args=[actor.party.ref, row.ref]),
        kind="appointment",
        due=until.date(),
        note=note % {"until": f"{until:%H:%M}", "day": row.day, "hours": row.slot.hours, "site": row.slot.site},
    )
