"""Delivered, billed, collected, fed back: one department's day in figures that must add up to the fen (Art 25)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDate

from apps.collaboration.fees.models import FeeDelivery, FeeSource
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar.days import SHANGHAI

MONEY = DecimalField(max_digits=18, decimal_places=2)
NOWHERE = (FeeSource.State.UNMATCHED, FeeSource.State.RETURNED)
WRONG = (
    Q(charge__isnull=False) & ~Q(charge__amount=F("amount"))
    | Q(charge__isnull=False) & ~Q(charge__paid=F("fed_back"))
    | Q(charge__isnull=True) & ~Q(fed_back=0)
)


@dataclass(frozen=True)
class Day:
    """What a department delivered on a day, and where the money stands now.

    ``changed`` is what later changes and withdrawals added or took; ``waiting`` is what no payer has.
    """

    day: dt.date
    office: int
    count: int
    delivered: Decimal
    changed: Decimal
    waiting: Decimal
    billed: Decimal
    collected: Decimal
    fed_back: Decimal
    control_count: int
    control_total: Decimal
    differing: int

    @property
    def accounted(self) -> bool:
        """Every fen of the control totals is waiting, billed or changed away, and the department knows what came."""
        return (
            self.differing == 0
            and (self.control_count, self.control_total) == (self.count, self.delivered)
            and self.delivered + self.changed == self.waiting + self.billed
            and self.collected == self.fed_back
        )


def days(office: Office | None = None, *, on: dt.date | None = None) -> list[Day]:
    """The days of a department, or of all, newest first; each in one pass over the rows."""
    sources = FeeSource.objects.filter(**({"office": office} if office else {}))
    sources = sources.filter(delivered_on=on) if on else sources
    found = (
        sources.values("delivered_on", "office")
        .annotate(
            count=Count("id"),
            delivered_sum=_sum("delivered"),
            amount_sum=_sum("amount"),
            waiting=_sum(Case(When(state__in=NOWHERE, then=F("amount")), default=Value(ZERO), output_field=MONEY)),
            billed=_sum("charge__amount"),
            collected=_sum("charge__paid"),
            fed_back_sum=_sum("fed_back"),
            differing=Count("id", filter=WRONG),
        )
        .order_by("-delivered_on", "office")
    )
    control = _control(office)
    return [
        Day(
            day=row["delivered_on"],
            office=row["office"],
            count=row["count"],
            delivered=row["delivered_sum"],
            changed=row["amount_sum"] - row["delivered_sum"],
            waiting=row["waiting"],
            billed=row["billed"],
            collected=row["collected"],
            fed_back=row["fed_back_sum"],
            control_count=control.get((row["office"], row["delivered_on"]), (0, ZERO))[0],
            control_total=control.get((row["office"], row["delivered_on"]), (0, ZERO))[1],
            differing=row["differing"],
        )
        for row in found
    ]


def differences(office: Office, day: dt.date) -> QuerySet[FeeSource]:
    """The sources of a day whose figures do not agree."""
    return FeeSource.objects.filter(WRONG, office=office, delivered_on=day).select_related("charge", "levy")


def _sum(what) -> Coalesce:
    return Coalesce(Sum(what), Value(ZERO), output_field=MONEY)


def _control(office: Office | None) -> dict[tuple[int, dt.date], tuple[int, Decimal]]:
    """What the departments stated, less what had come before."""
    taken = FeeDelivery.objects.filter(state=FeeDelivery.State.TAKEN, **({"office": office} if office else {}))
    rows = taken.values("office", day=TruncDate("finished_at", tzinfo=SHANGHAI)).annotate(
        count=Sum(F("control_count") - F("repeated_count")), total=Sum(F("control_total") - F("repeated_total"))
    )
    return {(row["office"], row["day"]): (row["count"], row["total"]) for row in rows}
