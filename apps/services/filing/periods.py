"""What is to be filed: the periods of every kind a payer files, when each is due and what became of it (Arts 6, 11)."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.filing import FilingDue
from apps.kernel.workcalendar.periods import Period
from apps.services.filing import dues, kinds
from apps.services.filing.kinds import ReturnKind, property_behaviour
from apps.services.filing.models import Return, SourceDetail

# The first period returns are filed here for; earlier ones were filed at the electronic tax bureau.
FIRST_MONTH = dt.date(2026, 9, 1)
_HOW_TO_WRITE = {
    0: gettext_lazy("“%(title)s”按次申报，所属期请写成纳税义务发生的日期，例如 2026-09-15。"),
    1: gettext_lazy("“%(title)s”按月申报，所属期请写成 2026-09。"),
    3: gettext_lazy("“%(title)s”按季申报，所属期请写成 2026Q3。"),
}
_STANDINGS = [Return.Standing.UNDER_WAY, Return.Standing.IN_FORCE]


@dataclass(frozen=True)
class PeriodRow:
    """One period of one kind as the payer sees it: when it is due and the return there is, if any."""

    kind: ReturnKind
    period: Period
    due: FilingDue
    under_way: Return | None
    in_force: Return | None

    @property
    def place(self) -> str:
        """Where it stands on the page of periods."""
        return f"{self.kind.code}-{self.period}"

    @property
    def overdue(self) -> bool:
        """Not filed although the due date has passed."""
        return self.in_force is None and self.due.due < clock.today()

    @property
    def waits_for_office(self) -> bool:
        """Submitted, and now with the tax office."""
        case = self.under_way.case if self.under_way is not None else None
        return case is not None and case.submitted_at is not None and not case.standing.waits_for_applicant


def kind_of(code: str) -> ReturnKind:
    """The kind of return with a code.

    :raises ValidationError: naming ``kind``.
    """
    if code not in kinds.KINDS:
        raise ValidationError({"kind": _("没有这种申报，可选：%(codes)s。") % {"codes": joined(kinds.KINDS)}})
    return kinds.get(code)


def read(text: str, kind: ReturnKind, party: Party) -> Period:
    """The period a payer means, if it is one of theirs and over.

    :raises ValidationError: naming ``period`` and how to mend it.
    """
    how = {"period": _HOW_TO_WRITE[kind.months] % {"title": kind.title}}
    try:
        period = Period.parse(text)
    except ValueError as error:
        raise ValidationError(how) from error
    if period.months != kind.months:
        raise ValidationError(how)
    if not _over(period):
        raise ValidationError({"period": _("所属期尚未结束，结束后才能申报。")})
    if period.end < max(FIRST_MONTH, party.registered_on):
        raise ValidationError({"period": _("本门户不受理这一所属期的申报，请联系主管税务所。")})
    if period.day and period not in arisen(kind, party):
        raise ValidationError({"period": _("这一天没有按次申报的税源，请先登记税源。")})
    return period


def arisen(kind: ReturnKind, party: Party) -> list[Period]:
    """The days on which a tax of the payer's that is declared each time it arises has arisen."""
    return finished({kind.code: [party]})[kind.code][party.pk]


def length(text: str) -> int | None:
    """How many months a period as it is written has; None where it is none."""
    try:
        return Period.parse(text).months
    except ValueError:
        return None


def _over(period: Period) -> bool:
    """A period is filed once it is over; a tax that arises once on the day itself."""
    return period.end <= clock.today() if period.day else period.end < clock.today()


def rows(actor: Actor) -> list[PeriodRow]:
    """Every period that is over, of every kind the actor may file; what is to be filed first, soonest due first.

    :raises PermissionDenied: nobody is acted for.
    """
    if actor.party is None:
        raise PermissionDenied(_("请先选择代表谁办理。"))
    found = of_kinds(actor.party, kinds.open_to(actor))
    return sorted(found, key=lambda row: (row.in_force is not None, row.due.due if row.in_force is None else _ago(row)))


def of_kinds(party: Party, chosen: Iterable[ReturnKind]) -> list[PeriodRow]:
    """Every period that is over of some kinds, with the return under way and the one in force."""
    returns = Return.objects.filter(party=party, standing__in=_STANDINGS).select_related("case")
    there = {(row.kind, row.period, row.standing): row for row in returns}
    found = []
    chosen = list(chosen)
    asked_about = finished({kind.code: [party] for kind in chosen})
    for kind in chosen:
        begun = {Period.parse(period) for code, period, _standing in there if code == kind.code}
        over = sorted({*asked_about[kind.code][party.pk], *begun}, key=_newest)
        due = dues.of(kind, party, over)
        found += [
            PeriodRow(kind, period, due[period], *(there.get((kind.code, str(period), each)) for each in _STANDINGS))
            for period in over
        ]
    return found


def finished(payers: Mapping[str, Collection[Party]]) -> dict[str, dict[int, list[Period]]]:
    """The periods that are over and that payers of each kind are asked about: by kind and the party's id, newest first.

    The register of sources is read once, however many kinds and payers there are.
    """
    sources = []
    if any(kinds.get(code).falling_due for code in payers):
        sources = list(property_behaviour.register({party for some in payers.values() for party in some}))
    return {code: _of_kind(kinds.get(code), some, sources) for code, some in payers.items()}


def _of_kind(kind: ReturnKind, parties: Collection[Party], sources: list[SourceDetail]) -> dict[int, list[Period]]:
    if kind.falling_due is None:
        return {party.pk: list(_every(kind, party)) for party in parties}
    asked = kind.falling_due(sources)
    return {
        party.pk: sorted(
            (
                period
                for period in asked.get(party.pk, ())
                if _over(period) and period.end >= max(FIRST_MONTH, party.registered_on)
            ),
            key=_newest,
        )
        for party in parties
    }


def _newest(period: Period) -> int:
    """Sorts the newest first."""
    return -period.end.toordinal()


def _every(kind: ReturnKind, party: Party) -> Iterator[Period]:
    """The payer's periods that are over, newest first."""
    today, earliest = clock.today(), max(FIRST_MONTH, party.registered_on)
    period = before(Period(today.year, (today.month - 1) // kind.months * kind.months + 1, kind.months))
    while period.end >= earliest:
        yield period
        period = before(period)


def before(period: Period) -> Period:
    """The period of the same length just before."""
    last = period.start - dt.timedelta(days=1)
    return Period(last.year, last.month - period.months + 1, period.months)


def _ago(row: PeriodRow) -> dt.date:
    """Sorts what is filed newest first."""
    return dt.date.fromordinal(dt.date.max.toordinal() - row.due.due.toordinal())
