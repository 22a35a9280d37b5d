"""Long deliveries and sheets, feedback, reminders and lists, by workers and on the clock."""

import datetime as dt

from celery import shared_task

from apps.collaboration.insurance import feedback, groups, intake, reading, reminding
from apps.collaboration.insurance.models import InsuranceDeclaration, InsuranceExchange
from apps.kernel.workcalendar import clock

LATELY = dt.timedelta(hours=1)  # longer than any transaction that puts money on charges


@shared_task(name="insurance.take_in_exchange")
def take_in_exchange(exchange_id: int) -> None:
    """Take in one delivery; again changes nothing."""
    intake.take_in(exchange_id)


@shared_task(name="insurance.read_declaration")
def read_declaration(declaration_id: int) -> None:
    """Read one sheet, from where reading had come; again changes nothing."""
    reading.take_in(declaration_id)


@shared_task(name="insurance.go_on")
def go_on() -> int:
    """Take up what a lost worker or broker left: deliveries and sheets."""
    exchanges = InsuranceExchange.objects.filter(state=InsuranceExchange.State.RECEIVED).values_list("pk", flat=True)
    sheets = InsuranceDeclaration.objects.filter(state=InsuranceDeclaration.State.READING).values_list("pk", flat=True)
    done = 0
    for exchange_id in list(exchanges):
        intake.take_in(exchange_id)
        done += 1
    for declaration_id in list(sheets):
        reading.take_in(declaration_id)
        done += 1
    return done


@shared_task(name="insurance.tell")
def tell() -> int:
    """What was collected of late goes back to the agencies; what the signal told already is not told again."""
    return feedback.tell(since=clock.now() - LATELY)


@shared_task(name="insurance.tell_all")
def tell_all() -> int:
    """What no run has told for an hour or more, as when everything stood still: still the same day."""
    return feedback.tell()


@shared_task(name="insurance.daily")
def daily() -> int:
    """Reminders to employers, and people on lists who have come on the register."""
    return reminding.remind() + groups.charge_arrivals()
