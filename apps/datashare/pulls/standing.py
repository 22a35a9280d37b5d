"""Where each source stands (数据源状态): derived from its runs, breaker and freshness, never stored."""

from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue import freshness
from apps.datashare.catalogue.freshness import Freshness
from apps.datashare.catalogue.models import Arrival
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel.workcalendar import clock


class State(models.TextChoices):
    """What a person should know of a source first."""

    HEALTHY = "healthy", _("正常")
    DUE = "due", _("应归集")
    FAILING = "failing", _("连续失败")
    PAUSED = "paused", _("已暂停")
    BLOCKED = "blocked", _("已阻断")


TONES = {State.HEALTHY: "done", State.PAUSED: "draft", State.DUE: "wait"}


@dataclass(frozen=True)
class Standing:
    """One source: its state, how fresh its data are, and its last run."""

    source: PullSource
    state: State
    freshness: Freshness
    last: Pull | None

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "due")

    @property
    def breaker_open(self) -> bool:
        return self.source.open_until is not None and self.source.open_until > clock.now()


def with_state(sources: QuerySet[PullSource]) -> QuerySet[PullSource]:
    """Adds what ``of`` needs, in one query."""
    last = Arrival.objects.filter(dataset=OuterRef("dataset")).order_by("-at").values("at")[:1]
    runs = Pull.objects.filter(source=OuterRef("pk"))
    return sources.select_related("dataset__current", "dataset__provider", "schedule__crontab").annotate(
        arrived_at=Subquery(last),
        blocked=Exists(runs.filter(state=Pull.State.BLOCKED)),
        last_run=Subquery(runs.order_by("-id").values("pk")[:1]),
    )


def of(sources: list[PullSource]) -> list[Standing]:
    """The standing of sources read by ``with_state``; one more query for their last runs."""
    runs = Pull.objects.in_bulk([source.last_run for source in sources if source.last_run])
    return [_of(source, runs.get(source.last_run)) for source in sources]


def _of(source: PullSource, last: Pull | None) -> Standing:
    source.dataset.arrived_at = source.arrived_at
    fresh = freshness.of(source.dataset)
    if source.blocked:
        state = State.BLOCKED
    elif source.paused_at:
        state = State.PAUSED
    elif source.failures:
        state = State.FAILING
    elif fresh.standing in (freshness.Standing.FRESH, freshness.Standing.EVENT):
        state = State.HEALTHY
    else:
        state = State.DUE
    return Standing(source, state, fresh, last)
