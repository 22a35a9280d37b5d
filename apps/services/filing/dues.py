"""When a payer's returns are due: the day of the calendar, or the later one an office granted (Arts 6, 11)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.kernel.casework.models import Case
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar.filing import FilingDue
from apps.kernel.workcalendar.periods import Period
from apps.services.filing.kinds import ReturnKind
from apps.services.filing.models import FilingExtended, Return


@dataclass(frozen=True)
class ExtendedDue(FilingDue):
    """A due day an office has moved, and the case it decided."""

    case_number: str


def of(kind: ReturnKind, party: Party, periods: Collection[Period]) -> dict[Period, FilingDue]:
    """The last day this payer may file each period of a kind."""
    found = of_several(kind, [(party, period) for period in periods])
    return {period: due for (_party, period), due in found.items()}


def of_several(kind: ReturnKind, asked: Collection[tuple[Party, Period]]) -> dict[tuple[int, Period], FilingDue]:
    """The same for many payers, by the party's id and the period, in a fixed number of queries."""
    calendar = kind.due(asked) if asked else {}
    if not calendar:
        return {}
    granted = {
        (row.party_id, row.period): row
        for row in FilingExtended.objects.filter(
            kind__in=("", kind.code),
            party__in={party for party, _period in calendar},
            period__in={str(period) for _party, period in calendar},
        )
        .select_related("case")
        .order_by("until")
    }
    return {
        (party, period): _moved(due, granted.get((party, str(period)))) for (party, period), due in calendar.items()
    }


def extend(case: Case, period: Period, until: dt.date, kind: str = "") -> None:
    """Grant the applicant of a case a later day, for the returns under way and those still to be begun.

    :param kind: the only kind of return it is for; every kind of the period where it is empty.
    """
    FilingExtended.objects.create(case=case, party=case.applicant, kind=kind, period=str(period), until=until)
    reached = Return.objects.filter(
        party=case.applicant, period=str(period), standing=Return.Standing.UNDER_WAY, due_on__lt=until
    )
    (reached.filter(kind=kind) if kind else reached).update(due_on=until)


def _moved(due: FilingDue, granted: FilingExtended | None) -> FilingDue:
    if granted is None or granted.until <= due.due:
        return due
    line = _("税务机关核准延期申报，从 %(due)s 延长到 %(until)s（办件 %(number)s）") % {
        "due": due.due,
        "until": granted.until,
        "number": granted.case.number,
    }
    return ExtendedDue(
        granted.until, official=due.official, lines=(*due.lines, line), confirmed=True, case_number=granted.case.number
    )
