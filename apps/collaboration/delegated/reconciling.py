"""Collected, booked, receipted, handed in: each collector's day in figures that must agree to the fen (Art 23)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.collaboration.delegated.models import CollectedItem, DelegatedAgreement, Remittance
from apps.kernel.ledger.models import ZERO
from apps.kernel.workcalendar import clock

MONEY = DecimalField(max_digits=18, decimal_places=2)
LONGEST = 400  # days shown


@dataclass(frozen=True)
class Day:
    """What one collector collected on a day, and where the money and the papers are."""

    agreement: int
    collector: str
    number: str
    day: dt.date
    count: int
    collected: Decimal
    booked: Decimal
    receipted: Decimal
    expected: Decimal
    remitted: Decimal
    due: dt.date | None
    remittance: str

    @property
    def outstanding(self) -> Decimal:
        """What is still with the collector."""
        return self.expected - self.remitted

    @property
    def late(self) -> bool:
        """Whether it should have been handed in by now."""
        return self.outstanding > ZERO and self.due is not None and clock.today() > self.due

    @property
    def differences(self) -> list[str]:
        """What does not agree, by name; money that is not due yet is no difference."""
        found = []
        if self.booked != self.collected:
            found.append(_("未确认缴费人 %s 元") % f"{self.collected - self.booked:,.2f}")
        if self.receipted != self.booked:
            found.append(_("凭证与入账相差 %s 元") % f"{self.booked - self.receipted:,.2f}")
        if self.expected != self.collected:
            found.append(_("应解缴与代征相差 %s 元") % f"{self.collected - self.expected:,.2f}")
        if self.late:
            found.append(_("逾期未解缴 %s 元") % f"{self.outstanding:,.2f}")
        return found


def days(agreements: Iterable[DelegatedAgreement] | None = None, *, since: dt.date | None = None) -> list[Day]:
    """The days of some agreements, newest first: two statements, however many collections there are."""
    since = since or clock.today() - dt.timedelta(days=LONGEST)
    chosen = Q(collected_on__gte=since)
    if agreements is not None:
        chosen &= Q(agreement__in=agreements)
    rows = (
        CollectedItem.objects.filter(chosen)
        .values(
            "agreement", "collected_on", number=F("agreement__case__number"), who=F("agreement__case__applicant__name")
        )
        .annotate(
            count=Count("id"),
            collected=_sum("amount"),
            booked=_sum("payment__received"),
            receipted=_sum("receipt__amount", Q(receipt__revoked_at__isnull=True)),
        )
        .order_by("-collected_on", "agreement")
    )
    owed = {
        (each["agreement"], each["day"]): each
        for each in Remittance.objects.filter(day__gte=since).values(
            "agreement", "day", "due", "ref", "charge__amount", "charge__paid"
        )
    }
    nothing = {"charge__amount": ZERO, "charge__paid": ZERO, "due": None, "ref": ""}
    found = []
    for row in rows:
        owes = owed.get((row["agreement"], row["collected_on"]), nothing)
        found.append(
            Day(
                agreement=row["agreement"],
                collector=row["who"],
                number=row["number"],
                day=row["collected_on"],
                count=row["count"],
                collected=row["collected"],
                booked=row["booked"],
                receipted=row["receipted"],
                expected=owes["charge__amount"],
                remitted=owes["charge__paid"],
                due=owes["due"],
                remittance=owes["ref"],
            )
        )
    return found


def _sum(what: str, only: Q | None = None) -> Coalesce:
    return Coalesce(Sum(what, filter=only), Value(ZERO), output_field=MONEY)
