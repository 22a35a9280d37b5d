"""What was collected is told to the department that delivered the source, within the clock (Art 25).

A row of feedback is the difference between what is on the charge and what the department was told so far:
a part payment, the rest, or money given back after a change. Rows are numbered as they are written, so a
system reads on from the last it has; a day's file holds that day's rows and is the same whenever fetched.
"""

import csv
import datetime as dt
import io
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F, Max, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.collaboration.fees import history
from apps.collaboration.fees.models import Feedback, FeeSource, SourceEvent
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import ZERO, Allocation, Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

BATCH = 500
TERM = "fee-collected-feedback"
_ONE_WRITER = 2_500_251  # readers page by number: rows must become visible in its order


def tell_departments(*, charge: Charge | None = None, since: dt.datetime | None = None) -> int:
    """Write the feedback of everything collected or given back that was not told yet.

    Told of one charge, or of what moved ``since`` a moment, it looks at no other: a city's sources are not read
    for each payment.
    """
    sources = FeeSource.objects.filter(~Q(charge__paid=F("fed_back")), charge__isnull=False)
    if charge is not None:
        sources = sources.filter(charge=charge)
    if since is not None:
        sources = sources.filter(charge__in=charges.moved_since(since).values("charge"))
    told = 0
    while batch := _tell_batch(sources):
        told += batch
    return told


@transaction.atomic
def _tell_batch(sources: QuerySet[FeeSource]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_WRITER])
    rows = list(
        sources.select_for_update(no_key=True, of=("self",)).select_related("charge", "office").order_by("id")[:BATCH]
    )
    moved = dict(
        Allocation.objects.filter(charge__in=[source.charge_id for source in rows])
        .values_list("charge")
        .annotate(last=Max("at"))
    )
    now, made = clock.now(), []
    for source in rows:
        at = moved[source.charge_id]
        row = Feedback(
            office=source.office,
            source=source,
            amount=source.charge.paid - source.fed_back,
            total=source.charge.paid,
            collected_on=at.astimezone(SHANGHAI).date(),
            due=due(at),
            at=now,
        )
        source.fed_back = source.charge.paid
        made.append(row)
        history.write(SourceEvent.Kind.FED_BACK, source, Actor.system("fees"), amount=row.amount)
    Feedback.objects.bulk_create(made)
    FeeSource.objects.bulk_update(rows, ["fed_back"])
    return len(rows)


def due(collected_at: dt.datetime) -> dt.datetime:
    """Until when the department must be told."""
    term = terms.term(TERM, collected_at.astimezone(SHANGHAI).date())
    return deadlines.due(collected_at, term.term, term.unit).due


def of_day(office: Office, day: dt.date) -> QuerySet[Feedback]:
    """What a department was told on a day."""
    begin = dt.datetime.combine(day, dt.time.min, tzinfo=SHANGHAI)
    return (
        Feedback.objects.filter(office=office, at__gte=begin, at__lt=begin + dt.timedelta(days=1))
        .select_related("source__levy")
        .order_by("id")
    )


def total(rows: QuerySet[Feedback]) -> Decimal:
    """The sum of feedback."""
    return rows.aggregate(total=Sum("amount"))["total"] or ZERO


def file_of(office: Office, day: dt.date) -> str:
    """The day's file: a line for each row, and a last line with its count and sum."""
    rows = list(of_day(office, day))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["序号", "费源编号", "征收项目", "本次金额（元）", "累计已征（元）", "入账日期", "反馈时间"])
    for row in rows:
        at = row.at.astimezone(SHANGHAI).isoformat(timespec="seconds")
        writer.writerow(
            [row.pk, _plain(row.source.number), row.source.levy.name, row.amount, row.total, row.collected_on, at]
        )
    writer.writerow([_("合计"), len(rows), "", sum((row.amount for row in rows), ZERO), "", "", ""])
    return out.getvalue()


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text
