"""The figures of the risk desk within an actor's reach: by indicator, district and trade; payers by score (Art 32)."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.kernel.facts.trades import TRADES
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.districts import DISTRICTS
from apps.supervision.risk import access
from apps.supervision.risk.indicators import indicators
from apps.supervision.risk.models import Level, RiskCount, RiskRun, RiskScore, RiskTask

PER_PAGE = 50


@dataclass(frozen=True)
class Group:
    """One bar and its row."""

    key: str
    label: str
    parties: int
    unknown: int | None = None


def latest() -> RiskRun | None:
    """The latest finished run."""
    return RiskRun.objects.filter(state=RiskRun.State.DONE).first()


def counts(run: RiskRun, actor: Actor) -> list[RiskCount]:
    """Every count of a run within reach."""
    return list(RiskCount.objects.filter(access.within_reach(actor), run=run))


def by_indicator(run: RiskRun, rows: list[RiskCount]) -> list[Group]:
    """How many parties each indicator points at, and of how many in the whole city it cannot be told."""
    found = Counter[int]()
    for row in rows:
        found[row.indicator] += row.parties
    return [
        Group(each.code, f"{each.code} {each.name}", found[number], run.tally.get(str(number), {}).get("unknown"))
        for number, each in indicators().items()
    ]


def by_district(rows: list[RiskCount]) -> list[Group]:
    """Hits by district, the most first."""
    return _grouped(((row.district, row.parties) for row in rows), DISTRICTS)


def by_trade(rows: list[RiskCount]) -> list[Group]:
    """Hits by section of the industries' classification, the most first."""
    return _grouped(((row.trade, row.parties) for row in rows), TRADES)


def _grouped(pairs, names: dict[str, Promise]) -> list[Group]:
    found = Counter[str]()
    for key, parties in pairs:
        found[key] += parties
    return [Group(key, str(names.get(key, key)) or _("不详"), number) for key, number in found.most_common()]


def levels(run: RiskRun, actor: Actor) -> list[tuple[Level, int]]:
    """How many parties of each level there are within reach."""
    found = dict(
        RiskScore.objects.filter(access.within_reach(actor, "party"), run=run)
        .values_list("level")
        .annotate(Count("party"))
    )
    return [(level, found.get(level.value, 0)) for level in Level]


def payers(run: RiskRun, actor: Actor, *, level: str, indicator: int | None, after: tuple[Decimal, int] | None):
    """A page of scores, the highest first, with one more to tell whether there is a next page."""
    found = RiskScore.objects.filter(access.within_reach(actor, "party"), run=run).select_related("party__office")
    if level:
        found = found.filter(level=level)
    if indicator:
        found = found.filter(hits__contains=[indicator])
    if after is not None:
        score, party = after
        found = found.filter(Q(score__lt=score) | Q(score=score, party__gt=party))
    return list(found.order_by("-score", "party")[: PER_PAGE + 1])


def waiting(actor: Actor) -> dict[str, int]:
    """How many tasks of each kind wait for room."""
    reach = access.within_reach(actor, "party")
    return dict(RiskTask.objects.filter(reach, case__isnull=True).values_list("kind").annotate(Count("pk")))
