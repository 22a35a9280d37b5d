"""Employers are reminded of the month they have not declared, once, and see it among their to-dos (Art 24)."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.collaboration.insurance import access
from apps.collaboration.insurance.models import (
    DeclarationReminder,
    InsuranceBill,
    InsuranceDeclaration,
    InsuranceRegistration,
)
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.todos import Todo
from apps.kernel.workcalendar import clock, filing
from apps.kernel.workcalendar.periods import Period

AHEAD = dt.timedelta(days=7)  # before the last day
BATCH = 5_000


def due_month() -> Period:
    """The month whose declaration is due in the current one: the last that has ended."""
    before = clock.today().replace(day=1) - dt.timedelta(days=1)
    return Period(before.year, before.month, 1)


def undeclared(period: Period):
    """The registered employers without contributions for a month, whoever charged them."""
    billed = InsuranceBill.objects.filter(
        party=OuterRef("party"), period=str(period), levy__in=InsuranceDeclaration.LEVIES
    )
    return InsuranceRegistration.objects.filter(
        Q(until__isnull=True) | Q(until__gte=period.start), ~Exists(billed), since__lte=period.end
    )


def remind() -> int:
    """Write to every employer that has not declared when the last day is near; again it writes to nobody twice."""
    period = due_month()
    due = filing.period_due(period).due
    if not due - AHEAD <= clock.today() <= due:
        return 0
    told = 0
    while batch := _remind_batch(period, due):
        told += batch
    return told


@transaction.atomic
def _remind_batch(period: Period, due: dt.date) -> int:
    reminded = DeclarationReminder.objects.filter(party=OuterRef("party"), period=str(period))
    waiting = undeclared(period).filter(~Exists(reminded)).order_by("pk")
    parties = list(waiting.values_list("party", flat=True)[:BATCH])
    rows = [DeclarationReminder(party_id=party, period=str(period)) for party in parties]
    DeclarationReminder.objects.bulk_create(rows, ignore_conflicts=True)
    if parties:
        outbox.send_many(
            "insurance-declare-due",
            parties,
            {"period": period, "due": due},
            about=f"insurance/{period}",
            via=("inbox", "sms", "email"),
        )
    return len(parties)


def todos(actor: Actor) -> Iterator[Todo]:
    """The month an employer has to declare."""
    if actor.party is None or not access.declares(actor):
        return
    period = due_month()
    if undeclared(period).filter(party=actor.party).exists():
        yield Todo(
            title=_("申报 %s 社会保险费") % period,
            url=reverse("insurance:employer", args=[actor.party.ref]),
            kind="file",
            due=filing.period_due(period).due,
        )
