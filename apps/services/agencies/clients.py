"""An agency's clients and their deadlines on one page (Art 7): a fixed number of queries, whatever their number.

Only live mandates count, read at every request: a client who revokes is gone at once. What a member
of the agency may not see of a client (the mandate's levies and matters) is left out for that client.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DRAFT
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Party
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period
from apps.services.filing import dues, kinds, periods
from apps.services.filing.kinds import ReturnKind
from apps.services.filing.models import Return

PER_PAGE = 50
SOON = dt.timedelta(days=7)
FILTERS = ("all", "pay", "overdue", "waiting")


@dataclass(frozen=True)
class ReturnDue:
    """A return of a client that nobody has filed."""

    kind: ReturnKind
    period: Period
    due: dt.date


@dataclass
class Client:
    """One client as the agency sees it."""

    mandate: Mandate
    charges: list[Charge] = field(default_factory=list)
    returns: list[ReturnDue] = field(default_factory=list)
    waiting: list[Case] = field(default_factory=list)

    @property
    def party(self) -> Party:
        return self.mandate.principal

    @property
    def owed(self):
        """What is left of the charges' principal."""
        return sum((charge.amount - charge.paid for charge in self.charges), start=0)

    @property
    def next_due(self) -> dt.date | None:
        """The first day something of this client falls due."""
        days = [charge.due for charge in self.charges] + [each.due for each in self.returns]
        return min(days, default=None)

    @property
    def overdue(self) -> bool:
        """Whether that day has passed."""
        return self.next_due is not None and self.next_due < clock.today()


@dataclass(frozen=True)
class ClientPage:
    """One page of clients and where the next begins."""

    clients: list[Client]
    next: str


def held(actor: Actor) -> QuerySet[Mandate]:
    """The live mandates of clients with the agency the actor acts for, by name."""
    if actor.party is None:
        return Mandate.objects.none()
    return (
        Mandate.objects.live()
        .filter(agent=actor.party, kind=Mandate.Kind.AGENT, principal__active=True)
        .select_related("principal__organisation", "principal__person")
        .order_by("principal__name", "pk")
    )


def page(actor: Actor, *, which: str = "all", name: str = "", after: str = "") -> ClientPage:
    """One page of clients with everything that falls due; ``after`` is the mandate reference before it."""
    rows = _filtered(held(actor), actor, which)
    if name:
        rows = rows.filter(principal__name__icontains=name)
    last = held(actor).filter(ref=after).first() if after else None
    if last is not None:
        rows = rows.filter(
            Q(principal__name__gt=last.principal.name) | Q(principal__name=last.principal.name, pk__gt=last.pk)
        )
    found = list(rows[: PER_PAGE + 1])
    following = found[PER_PAGE - 1].ref if len(found) > PER_PAGE else ""
    reached = (_reachable(row, actor) for row in found[:PER_PAGE])
    return ClientPage(due_of(mandate for mandate in reached if mandate is not None), following)


def due_of(mandates: Iterable[Mandate]) -> list[Client]:
    """Everything that falls due for those who gave these mandates, one of each."""
    clients = [Client(mandate) for mandate in mandates]
    if clients:
        _add_charges(clients)
        _add_returns(clients)
        _add_cases(clients)
    return clients


def _reachable(row: Mandate, actor: Actor) -> Mandate | None:
    """What both the client gave the agency and the agency gave this member."""
    return row.narrowed_to(actor.mandate) if actor.mandate is not None else row


def _filtered(rows: QuerySet[Mandate], actor: Actor, which: str) -> QuerySet[Mandate]:
    """The clients with something to pay or to answer, within what both mandates reach."""
    reach = actor.mandate
    if which in ("pay", "overdue"):
        until = clock.today() + SOON if which == "pay" else clock.today() - dt.timedelta(days=1)
        charges = Charge.objects.open().filter(party=OuterRef("principal"), due__lte=until).order_by()
        if reach is not None and reach.levies:
            charges = charges.filter(levy__in=reach.levies)
        charges = charges.annotate(scope=_list(OuterRef("levies")))
        return rows.filter(Exists(charges.filter(Q(scope__len=0) | Q(scope__contains=[F("levy_id")]))))
    if which == "waiting":
        cases = _waiting(Case.objects.filter(applicant=OuterRef("principal")))
        if reach is not None and reach.matters:
            cases = cases.filter(procedure__in=reach.matters)
        cases = cases.annotate(scope=_list(OuterRef("matters")))
        return rows.filter(Exists(cases.filter(Q(scope__len=0) | Q(scope__contains=[F("procedure")]))))
    return rows


def _list(column: OuterRef) -> ExpressionWrapper:
    """A mandate's scope, seen from the rows it is compared with."""
    return ExpressionWrapper(column, output_field=ArrayField(CharField()))


def _waiting(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Drafts, and cases that wait for the applicant."""
    states = {state.code for procedure in procedures.all() for state in procedure.states if state.waits_for_applicant}
    return cases.filter(closed_at__isnull=True, state__in={DRAFT, *states})


def _add_charges(clients: Iterable[Client]) -> None:
    by_party = {client.party.pk: client for client in clients}
    for charge in Charge.objects.open().filter(party__in=by_party).select_related("levy"):
        client = by_party[charge.party_id]
        if client.mandate.covers(levy=charge.levy_id):
            client.charges.append(charge)


def _add_returns(clients: Iterable[Client]) -> None:
    """Returns of finished periods that are not filed, of every kind the mandate reaches."""
    by_party = {client.party.pk: client for client in clients}
    over: dict[str, list[tuple[Client, Period]]] = {}
    asked: dict[str, list[Client]] = defaultdict(list)
    for client in by_party.values():
        for kind in kinds.open_to(Actor(party=client.party, mandate=client.mandate)):
            asked[kind.code].append(client)
    finished = periods.finished({code: [client.party for client in some] for code, some in asked.items()})
    for code, some in asked.items():
        over[code] = [(client, period) for client in some for period in finished[code][client.party.pk]]
    filed = set(
        Return.objects.filter(party__in=by_party, standing=Return.Standing.IN_FORCE).values_list(
            "party", "kind", "period"
        )
    )
    for code, each in over.items():
        kind = kinds.get(code)
        due = dues.of_several(kind, [(client.party, period) for client, period in each])
        for client, period in each:
            if (client.party.pk, kind.code, str(period)) not in filed:
                client.returns.append(ReturnDue(kind, period, due[client.party.pk, period].due))


def _add_cases(clients: Iterable[Client]) -> None:
    by_party = {client.party.pk: client for client in clients}
    for case in _waiting(Case.objects.filter(applicant__in=by_party)).order_by("-id"):
        client = by_party[case.applicant_id]
        waits = case.state == DRAFT or case.standing.waits_for_applicant
        if waits and client.mandate.covers(matter=case.procedure):
            client.waiting.append(case)
