"""My contributions: what was declared, assessed and listed of somebody, by year, and which months lack (Art 24)."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from apps.collaboration.insurance.models import AssessedLine, AssessedPayer, DeclaredLine, GroupMember
from apps.kernel.ledger.models import ZERO, Levy
from apps.kernel.parties.models import Party, Person
from apps.kernel.workcalendar import clock

MOST = 2_000
PENSIONS = ("pension", "resident-pension")


@dataclass(frozen=True)
class Contribution:
    """One insurance of one month: who pays how much of it, and whether it came in."""

    period: str
    levy: str
    by: str
    base: Decimal | None
    employer: Decimal
    own: Decimal
    paid: bool


@dataclass
class Year:
    """A year's contributions and the months in which no pension was contributed between the first and the last."""

    year: str
    rows: list[Contribution] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def own(self) -> Decimal:
        """What the person paid."""
        return sum((row.own for row in self.rows), ZERO)

    @property
    def employer(self) -> Decimal:
        """What employers paid of their own."""
        return sum((row.employer for row in self.rows), ZERO)


def years(party: Party) -> list[Year]:
    """Newest first; a fixed number of queries."""
    number = Person.objects.filter(party=party).values_list("id_number", flat=True).first()
    if number is None:
        return []
    found: dict[str, Year] = {}
    names = {levy.pk: str(levy) for levy in Levy.objects.filter(kind=Levy.Kind.INSURANCE)}
    covered: set[str] = set()
    for levy, row in chain(_declared(number), _assessed(number), _listed(number)):
        if levy in PENSIONS and len(row.period) > 4:
            covered.add(row.period)
        shown = Contribution(**{**row.__dict__, "levy": names.get(levy, levy)})
        found.setdefault(row.period[:4], Year(row.period[:4])).rows.append(shown)
    for period in _gaps(covered):
        found.setdefault(period[:4], Year(period[:4])).missing.append(period)
    for year in found.values():
        year.rows.sort(key=lambda row: (row.period, row.levy), reverse=True)
    return [found[year] for year in sorted(found, reverse=True)]


def _gaps(covered: set[str]) -> list[str]:
    """The months without a pension from the first one contributed to the last month that was due."""
    if not covered:
        return []
    month = dt.date.fromisoformat(f"{min(covered)}-01")
    last = (clock.today().replace(day=1) - dt.timedelta(days=32)).replace(day=1)
    gaps = []
    while month <= last:
        if f"{month:%Y-%m}" not in covered:
            gaps.append(f"{month:%Y-%m}")
        month = (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return gaps


def _declared(number: str):
    rows = list(
        DeclaredLine.objects.filter(person_number=number, declaration__in_force=True)
        .select_related("declaration__party")
        .prefetch_related("declaration__bills__charge")
        .order_by("-declaration__period")[:MOST]
    )
    for line in rows:
        paid = {bill.levy_id: bill.paid for bill in line.declaration.bills.all()}
        shares: dict[str, tuple[Decimal, Decimal]] = {
            "pension": (line.pension_employer, line.pension_employee),
            "medical": (line.medical_employer, line.medical_employee),
            "unemployment": (line.unemployment_employer, line.unemployment_employee),
            "injury": (line.injury_employer, ZERO),
        }
        for levy, (employer, own) in shares.items():
            yield (
                levy,
                Contribution(
                    period=line.declaration.period,
                    levy=levy,
                    by=line.declaration.party.name,
                    base=line.base,
                    employer=employer,
                    own=own,
                    paid=paid.get(levy, False),
                ),
            )


def _assessed(number: str):
    lines = list(AssessedLine.objects.filter(person_number=number).order_by("-period")[:MOST])
    payers = AssessedPayer.objects.filter(
        exchange__in={line.exchange_id for line in lines},
        payer_code__in={line.key[1] for line in lines},
        bill__isnull=False,
    )
    bills = {payer.key: payer.bill for payer in payers.select_related("bill__charge", "bill__party")}
    for line in lines:
        bill = bills.get(line.key)
        if bill is not None:
            yield (
                line.levy,
                Contribution(
                    line.period, line.levy, bill.party.name, line.base, line.employer, line.employee, bill.paid
                ),
            )


def _listed(number: str):
    rows = GroupMember.objects.filter(person_number=number, bill__isnull=False, counted=True)
    for member in rows.select_related("bill__charge", "bill__party", "group")[:MOST]:
        funded = member.group.funder_id is not None
        yield (
            member.group.levy_id,
            Contribution(
                period=member.group.year,
                levy=member.group.levy_id,
                by=member.bill.party.name,
                base=None,
                employer=member.amount if funded else ZERO,
                own=ZERO if funded else member.amount,
                paid=member.paid,
            ),
        )
