"""Levels of a year by district and trade, within the reach of the reader's office (Art 34)."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from apps.kernel.facts.subjects import CreditRating
from apps.kernel.facts.trades import TRADES
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.districts import DISTRICTS
from apps.supervision.credit.models import CreditRun, CreditYear


@dataclass
class Group:
    """How many payers of a group stand at each level."""

    label: str
    by_level: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CreditRating.values, 0))

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_level.values())


def years() -> list[int]:
    """The years that were evaluated, the latest first."""
    return list(CreditRun.objects.order_by("-year").values_list("year", flat=True))


def of_year(year: int, actor: Actor) -> dict[str, Any]:
    """Groups by level, district and trade, in two queries."""
    rows = list(
        CreditYear.objects.visible_to(actor)
        .filter(year=year)
        .values("level", district=F("party__district"), trade=Substr("party__organisation__industry", 1, 1))
        .annotate(number=Count("party"))
    )
    districts: dict[str, Group] = defaultdict(lambda: Group(""))
    trades: dict[str, Group] = defaultdict(lambda: Group(""))
    levels = {level: Group(str(CreditRating(level).label)) for level in CreditRating.values}
    for row in rows:
        levels[row["level"]].by_level[row["level"]] += row["number"]
        for groups, key, label in (
            (districts, row["district"] or "", str(DISTRICTS.get(row["district"], row["district"]) or _("未登记"))),
            (trades, row["trade"] or "", str(TRADES.get(row["trade"] or "", row["trade"]))),
        ):
            groups[key].label = label
            groups[key].by_level[row["level"]] += row["number"]
    by_size = {"key": lambda group: (-group.total, group.label)}
    return {
        "levels": list(levels.values()),
        "districts": sorted(districts.values(), **by_size),
        "trades": sorted(trades.values(), **by_size),
        "total": sum(row["number"] for row in rows),
    }
