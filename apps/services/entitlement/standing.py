"""How payers stand to the policies, as an office within its reach may see it (双向监控看板, Article 13)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.facts.bits import Bit
from apps.kernel.facts.trades import TRADES
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.districts import DISTRICTS
from apps.kernel.parties.models import Party
from apps.kernel.rules.models import Policy
from apps.services.entitlement import checks, matching, offices
from apps.services.entitlement.models import Enjoyment, Finding, Match, MatchRun, MonitorCount

Kind = MonitorCount.Kind
PER_PAGE = 50


@dataclass(frozen=True)
class Group:
    """Payers of one policy, district or trade: how many, and what is at stake in yuan."""

    key: str
    label: str
    parties: int
    amount: Decimal


def latest_run() -> MatchRun | None:
    """The last run that came to its end."""
    return MatchRun.objects.filter(state=MatchRun.State.DONE).first()


def counts(run: MatchRun, actor: Actor, *, policy: str = "", district: str = "") -> QuerySet[MonitorCount]:
    """The indicators within an actor's reach, narrowed to a policy and a district."""
    rows = MonitorCount.objects.filter(offices.within_reach(actor), run=run)
    if policy:
        rows = rows.filter(policy__code=policy)
    return rows.filter(district=district) if district else rows


def totals(rows: QuerySet[MonitorCount]) -> list[Group]:
    """Each indicator summed up."""
    found = {group.key: group for group in _grouped(rows, "kind", {})}
    return [found.get(kind, Group(kind, "", 0, Decimal(0))) for kind in Kind.values]


def by_policy(rows: QuerySet[MonitorCount], kind: str) -> list[Group]:
    return _grouped(rows.filter(kind=kind), "policy__code", dict(Policy.objects.values_list("code", "name")))


def by_district(rows: QuerySet[MonitorCount], kind: str) -> list[Group]:
    return _grouped(rows.filter(kind=kind), "district", {code: str(name) for code, name in DISTRICTS.items()})


def by_trade(rows: QuerySet[MonitorCount], kind: str) -> list[Group]:
    return _grouped(rows.filter(kind=kind), "trade", {code: str(label) for code, label in TRADES.items()})


def _grouped(rows: QuerySet[MonitorCount], key: str, labels: dict[str, str]) -> list[Group]:
    sums = rows.values(key).annotate(number=Sum("parties"), worth=Sum("amount")).order_by("-number", key)
    return [Group(row[key], labels.get(row[key], row[key]), row["number"], row["worth"]) for row in sums]


def missed(run: MatchRun, policy: Policy, actor: Actor, *, after: int = 0) -> list[Party]:
    """Payers who could enjoy a policy and do not, one page within the actor's reach; each reading is on record."""
    place = matching.place(run, policy)
    if place is None:
        return []
    enjoyed = Enjoyment.objects.filter(party=OuterRef("party"), policy=policy, year=run.on.year)
    rows = (
        Match.objects.filter(~Exists(enjoyed), run=run, party_id__gt=after)
        .alias(fits=Bit("met", place), takes=Bit("flagged", place))
        .filter(fits=1, takes=0)
        .filter(offices.within_reach(actor, "party"))
        .select_related("party__profile", "party__office")
        .order_by("party_id")
    )
    found = [row.party for row in rows[: PER_PAGE + 1]]
    _reading(actor, found, policy)
    return found


def irregular(policy: Policy, actor: Actor, *, year: int, after: int = 0) -> list[Finding]:
    """Findings of a policy within the actor's reach, the newest first, each with its task."""
    rows = Finding.objects.filter(offices.within_reach(actor, "party"), policy=policy, year=year)
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("party__office", "case").order_by("-pk")[: PER_PAGE + 1])
    _reading(actor, [finding.party for finding in found], policy)
    return found


def waiting(actor: Actor) -> int:
    """Findings within reach that no office has had room for yet."""
    return Finding.objects.filter(offices.within_reach(actor, "party"), case__isnull=True).count()


def handled(actor: Actor) -> list[tuple[str, int]]:
    """What became of the tasks within reach: the state in words, and how many."""
    rows = Finding.objects.filter(offices.within_reach(actor, "party"), case__isnull=False)
    found = rows.values("case__state").annotate(number=Count("pk")).values_list("case__state", "number")
    by_state = dict(found.order_by())
    return [(str(state.label), by_state[state.code]) for state in checks.PROCEDURE.states if state.code in by_state]


def _reading(actor: Actor, parties: list[Party], policy: Policy) -> None:
    for party in parties[:PER_PAGE]:
        log.read(actor=actor, party_id=party.pk, what=f"policies/{policy.code}", purpose=Purpose.MONITORING)
