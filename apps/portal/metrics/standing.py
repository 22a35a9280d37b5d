"""How the work stands, asked of database and broker when Prometheus asks: counts and ages, nothing of anybody.

Every question is answered by a partial index or a small table, and the answers are kept for half a minute.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Min, QuerySet
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import Redis, RedisError

from apps.datashare.pulls.models import Pull
from apps.kernel.audit import checkpoints
from apps.kernel.casework.models import Case, Clock
from apps.kernel.documents.models import Upload
from apps.kernel.notifications.models import Delivery, Dispatch
from apps.kernel.workcalendar import clock

KEPT = 30  # seconds
POSTS = {"message": Delivery, "dispatch": Dispatch}


class Standing(NamedTuple):
    """One number: what it is called, what it means, its labels and values."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    values: list[tuple[tuple[str, ...], float]]


class StandingCollector(Collector):
    """The standing of the work as Prometheus reads it."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        for row in cache.get_or_set("metrics-standing", lambda: [make() for make in LOOKS], KEPT):
            family = GaugeMetricFamily(row.name, row.meaning, labels=row.labels)
            for labels, value in row.values:
                family.add_metric(labels, value)
            yield family


def _cases() -> Standing:
    rows = Case.objects.open().order_by().values_list("procedure", "state").annotate(Count("pk"))
    values = [((procedure, state), float(count)) for procedure, state, count in rows]
    return Standing("portal_open_cases", "Cases submitted and not closed", ("procedure", "state"), values)


def _overdue() -> Standing:
    late = Clock.objects.filter(stopped_at__isnull=True, due_at__lt=clock.now())
    rows = late.order_by().values_list("case__procedure", "whose").annotate(Count("pk"))
    values = [((procedure, whose), float(count)) for procedure, whose, count in rows]
    return Standing("portal_overdue_clocks", "Time limits that ran out and still run", ("procedure", "whose"), values)


def _waiting() -> Standing:
    values = [((kind,), float(_due(model).count())) for kind, model in POSTS.items()]
    return Standing("portal_outbox_due", "Posts that should have left by now", ("kind",), values)


def _lag() -> Standing:
    values = [((kind,), _age(_due(model).aggregate(at=Min("next_attempt_at"))["at"])) for kind, model in POSTS.items()]
    return Standing("portal_outbox_lag_seconds", "Age of the oldest post that should have left", ("kind",), values)


def _due(model: type[Delivery] | type[Dispatch]) -> QuerySet:
    return model.objects.filter(state__in=Delivery.WAITING, next_attempt_at__lte=clock.now())


def _dead() -> Standing:
    values = [((kind,), float(model.objects.filter(state="dead").count())) for kind, model in POSTS.items()]
    return Standing("portal_dead_letters", "Posts that were given up and wait for a person", ("kind",), values)


def _pulls() -> Standing:
    rows = dict(Pull.objects.order_by().values_list("state").annotate(Count("pk")))
    values = [((str(state),), float(rows.get(state, 0))) for state in Pull.State.values]
    return Standing("portal_pull_runs", "Runs of pulls", ("state",), values)


def _quarantine() -> Standing:
    value = float(Upload.objects.filter(state=Upload.State.RECEIVED).count())
    return Standing("portal_uploads_in_quarantine", "Files that wait for the scanner", (), [((), value)])


def _queue() -> Standing:
    """Tasks in the broker; none is told while the broker is away, which is what an alert looks for."""
    try:
        with Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2) as broker:
            values = [((queue.name,), float(broker.llen(queue.name))) for queue in settings.CELERY_TASK_QUEUES]
    except RedisError:
        values = []
    return Standing("portal_queue_depth", "Tasks no worker has taken yet", ("queue",), values)


def _unsealed() -> Standing:
    """Nothing that waits is no age: a quiet night raises no alarm, a portal that never signed does."""
    values = [((), _age(checkpoints.unsealed_since()))]
    return Standing("portal_audit_unsealed_seconds", "Age of the oldest evidence no checkpoint holds", (), values)


def _age(since: datetime | None) -> float:
    return (clock.now() - since).total_seconds() if since else 0.0


LOOKS: tuple[Callable[[], Standing], ...] = (
    _cases,
    _overdue,
    _waiting,
    _lag,
    _dead,
    _pulls,
    _quarantine,
    _queue,
    _unsealed,
)
