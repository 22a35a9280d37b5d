"""What became of each indicator of a case, and how often each indicator was right: the feedback (Art 32)."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.supervision.risk import access
from apps.supervision.risk.indicators import Indicator, indicators
from apps.supervision.risk.models import RiskOutcome

Verdict = RiskOutcome.Verdict


def record(case: Case, actor: Actor, verdict: Verdict, only: Collection[int] = ()) -> None:
    """Keep the verdict on every indicator of the case; with ``only``, the others are cleared.

    :raises ValidationError: when ``only`` names an indicator the case does not rest on.
    """
    numbers = [row["number"] for row in case.detail.trace]
    if wrong := set(only) - set(numbers):
        codes = " ".join(indicators()[number].code for number in sorted(wrong))
        raise ValidationError({"confirmed": _("这件任务没有指标 %(codes)s。") % {"codes": codes}})
    RiskOutcome.objects.bulk_create(
        RiskOutcome(
            case=case,
            party=case.applicant,
            indicator=number,
            verdict=verdict if not only or number in only else Verdict.CLEARED,
            by=actor.user,
        )
        for number in numbers
    )


@dataclass(frozen=True)
class Rate:
    """How often an indicator was right."""

    indicator: Indicator
    confirmed: int
    corrected: int
    cleared: int

    @property
    def decided(self) -> int:
        return self.confirmed + self.corrected + self.cleared

    @property
    def right(self) -> int:
        return self.confirmed + self.corrected

    @property
    def share(self) -> int | None:
        """Right answers in a hundred; None before the first."""
        return round(100 * self.right / self.decided) if self.decided else None


def rates(actor: Actor) -> list[Rate]:
    """The hit rate of every indicator within an actor's reach, in one query."""
    counts = {
        row["indicator"]: row
        for row in RiskOutcome.objects.filter(access.within_reach(actor, "party"))
        .values("indicator")
        .annotate(**{verdict.value: Count("pk", filter=Q(verdict=verdict)) for verdict in Verdict})
    }
    nothing = {verdict.value: 0 for verdict in Verdict}
    return [
        Rate(each, **{name: counts.get(number, nothing)[name] for name in nothing})
        for number, each in indicators().items()
    ]
