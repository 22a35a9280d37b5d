"""What a kind of return is: who files it, what is prefilled, what computes it and which levies it charges."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.kernel.facts import reading
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party
from apps.kernel.workcalendar import filing
from apps.kernel.workcalendar.filing import FilingDue
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.models import Return, ReturnFigure, SourceDetail

NOTHING = Decimal("0.00")
Key = tuple[str, Decimal | None, int | None]
Asked = Collection[tuple[Party, Period]]
Dues = dict[tuple[int, Period], FilingDue]  # by the party's id and the period


@dataclass(frozen=True)
class Imported:
    """One figure as the data have it; ``amount`` is None where they say nothing."""

    kind: str
    rate: Decimal | None
    amount: Decimal | None
    source: str = ""
    as_of: dt.date | None = None
    documents: int | None = None
    detail: SourceDetail | None = None
    fact: str = ""  # the profile's column it was read from

    @property
    def key(self) -> Key:
        return self.kind, self.rate, self.detail.pk if self.detail is not None else None

    @property
    def figure(self) -> ReturnFigure:
        """The figure a return keeps of it, not saved."""
        return ReturnFigure(
            kind=self.kind,
            rate=self.rate,
            detail=self.detail,
            imported=self.amount,
            source=self.source,
            as_of=self.as_of,
            documents=self.documents,
        )


def circumstances(party: Party) -> dict[str, Any]:
    """What of the register bears on a return; a kind adds its own."""
    return {"taxpayer_type": taxpayer_type(party), "location": party.organisation.location}


def nothing_to_tell(_return: Return) -> dict[str, Decimal]:
    """A return that says nothing about the profile."""
    return {}


def by_the_calendar(asked: Asked) -> Dues:
    """Due in the month after the period, whoever files."""
    found = filing.periods_due({period for _party, period in asked})
    return {(party.pk, period): found[period] for party, period in asked}


@dataclass(frozen=True)
class ReturnKind:
    """One kind of return.

    :param procedure: the procedure its cases are of; kinds on the same form share one.
    :param scope: the levies a mandate must reach to file it; surcharges follow their tax.
    :param levies: what it charges: each levy with the calculation's amounts that make it up.
    :param months: how long its periods are; 0 where it is of the one day a tax arises on.
    :param falling_due: the only periods payers with these tax sources are asked about, by the party's id; every
        period where there is none.
    :param rests_on: the facts of the profile its circumstances are read from.
    :param facts: what an accepted return says about the profile, in yuan by column.
    """

    code: str
    procedure: str
    title: Promise
    clause: str
    months: int
    scope: tuple[str, ...]
    levies: Mapping[str, tuple[str, ...]]
    calculator: str
    applies: Callable[[Party], bool]
    prefill: Callable[[Party, Period], list[Imported]]
    inputs: Callable[[Return], dict[str, Any]]
    circumstances: Callable[[Party], dict[str, Any]] = circumstances
    rests_on: tuple[str, ...] = ()
    facts: Callable[[Return], dict[str, Decimal]] = nothing_to_tell
    falling_due: Callable[[Collection[SourceDetail]], dict[int, set[Period]]] | None = None
    due: Callable[[Asked], Dues] = by_the_calendar

    def within(self, actor: Actor) -> bool:
        """Whether the actor's mandate, if there is one, reaches this return and its levies."""
        return actor.mandate is None or all(
            actor.mandate.covers(matter=self.procedure, levy=levy) for levy in self.scope
        )

    def authorise(self, actor: Actor) -> None:
        """
        :raises PermissionDenied: the mandate leaves out the matter or one of the levies.
        """
        if not self.within(actor):
            raise PermissionDenied(_("您的授权不包括这种申报的事项或者税费种，请委托人调整授权范围。"))


def taxpayer_type(party: Party) -> str:
    """Whether the payer is registered as a general or a small-scale taxpayer."""
    general = party.organisation.vat_kind == Organisation.VatKind.GENERAL
    return Return.TaxpayerType.GENERAL if general else Return.TaxpayerType.SMALL_SCALE


def value_of(tax_return: Return, kind: str) -> Decimal:
    """What the return declares under one heading, all rates together."""
    return sum((row.value for row in tax_return.figures.all() if row.kind == kind), NOTHING)


def before(party: Party, kinds: Iterable[str], start: dt.date) -> Return | None:
    """The latest return in force of some kinds for a period that ended before a day."""
    return (
        Return.objects.filter(party=party, kind__in=kinds, standing=Return.Standing.IN_FORCE, ends_on__lt=start)
        .order_by("-ends_on")
        .first()
    )


def of_the_profile(party: Party, kind: str, field: str, until: dt.date, *, scale: int = 1) -> Imported:
    """A figure the profile knows, by the latest statement not younger than ``until``; ``scale`` 100 reads fen."""
    for statement in reading.provenance(party, field):
        if statement.as_of <= until and statement.value is not None:
            amount = max(Decimal(statement.value) / scale, NOTHING)
            return Imported(kind, None, amount, statement.source, statement.as_of, fact=field)
    return Imported(kind, None, None, fact=field)
