"""Destruction dates: reminders before, overdue and escalation after, each once (Art 18)."""

import datetime as dt

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from apps.datashare.adhoc.models import Consultation, DestructionNotice
from apps.datashare.centre import centre
from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock

Kind = DestructionNotice.Kind
BATCH = 200


def sweep() -> dict[str, int]:
    """Send what is due. Found by date and not by the time since the last run, so an outage loses nothing."""
    today = clock.today()
    before = int(parameters.row("data-consultation.remind-before", today).number)
    return {
        Kind.REMINDER: _send(Kind.REMINDER, today + dt.timedelta(days=before)),
        Kind.OVERDUE: _send(Kind.OVERDUE, today - dt.timedelta(days=1)),
        Kind.ESCALATION: _send(Kind.ESCALATION, today - dt.timedelta(days=1)),
    }


@transaction.atomic
def _send(kind: str, until: dt.date) -> int:
    told = DestructionNotice.objects.filter(consultation=OuterRef("pk"), kind=kind, destroy_by=OuterRef("destroy_by"))
    waiting = (
        Consultation.objects.filter(
            ~Exists(told), delivered_at__isnull=False, destroyed_at__isnull=True, destroy_by__lte=until
        )
        .select_related("case", "office", "counterpart")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .order_by(F("destroy_by"), "pk")[:BATCH]
    )
    sent = 0
    for row in waiting:
        DestructionNotice.objects.create(consultation=row, kind=kind, destroy_by=row.destroy_by)
        log.record(row.case.about, f"destruction.{kind}", actor=Actor.system("data-destruction"))
        context = {"number": row.case.number, "title": row.subject, "due": row.destroy_by, "office": str(row.office)}
        for office in [row.office] if kind != Kind.ESCALATION else [centre(), row.counterpart]:
            template = "data-destroy" if kind == Kind.REMINDER else "data-destroy-overdue"
            outbox.send(template, office, context, about=row.case.about)
        sent += 1
    return sent
