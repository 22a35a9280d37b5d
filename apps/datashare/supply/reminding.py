"""Reminders and escalation of expected deliveries: each once for a delivery and a kind (Art 18 para 2)."""

from django.db import transaction

from apps.datashare.centre import centre
from apps.datashare.supply import expected
from apps.datashare.supply.expected import Expected, Standing
from apps.datashare.supply.models import SupplyDuty, SupplyNotice
from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock, days

Kind = SupplyNotice.Kind


def sweep() -> dict[str, int]:
    """Send what is due and not sent. It is derived from the expectations, so an outage loses nothing."""
    today = clock.today()
    tomorrow = days.add_working_days(today, 1)
    after = int(parameters.row("data-supply.escalate-after", today).number)
    escalated = days.add_working_days(today, -after)
    duties = SupplyDuty.objects.select_related("office").in_bulk()
    waiting = [each for each in expected.of(list(duties)) if each.is_open]
    return {
        Kind.REMINDER: _send(Kind.REMINDER, [e for e in waiting if today <= e.due <= tomorrow], duties),
        Kind.OVERDUE: _send(Kind.OVERDUE, [e for e in waiting if e.standing == Standing.MISSING], duties),
        Kind.ESCALATION: _send(Kind.ESCALATION, [e for e in waiting if e.due < escalated], duties),
    }


@transaction.atomic
def _send(kind: str, waiting: list[Expected], duties: dict[int, SupplyDuty]) -> int:
    told = set(SupplyNotice.objects.filter(kind=kind).values_list("duty", "period_end"))
    sent = 0
    for each in waiting:
        if (each.duty_id, each.last) in told:
            continue
        _row, made = SupplyNotice.objects.get_or_create(duty_id=each.duty_id, period_end=each.last, kind=kind)
        if not made:
            continue
        duty = duties[each.duty_id]
        to = centre() if kind == Kind.ESCALATION else duty.office
        template = "data-supply-due" if kind == Kind.REMINDER else "data-supply-overdue"
        context = {"title": duty.subject, "office": str(duty.office), "period": each.last, "due": each.due}
        outbox.send(template, to, context, about=duty.about)
        log.record(duty.about, f"supply.{kind}", actor=Actor.system("data-supply"), target=each.last.isoformat())
        sent += 1
    return sent
