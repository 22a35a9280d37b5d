"""What people and schedules do with pulls: run now, pause, resume, release or discard what is blocked (Art 16)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.datashare.catalogue import editing
from apps.datashare.catalogue.models import Dataset
from apps.datashare.pulls import ending, tables
from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def may_run(source: PullSource, actor: Actor) -> bool:
    """Whether the actor keeps the dataset: an officer of its provider, or of the data centre."""
    return editing.may_write(actor) and Dataset.objects.of(actor).filter(pk=source.dataset_id).exists()


@transaction.atomic
def start(source: PullSource, actor: Actor, *, whole: bool = False, queue: bool = True) -> Pull:
    """A new run. ``whole`` reads everything again, whatever was taken before; without ``queue`` the caller does it.

    :raises ValidationError: paused, breaker open, not in the catalogue, or a run is open.
    :raises PermissionDenied: unless the portal itself, or whoever keeps the dataset, asks.
    """
    if not actor.is_system:
        _require(source, actor, "pull.start")
    locked = (
        PullSource.objects.select_for_update(no_key=True, of=("self",))
        .select_related("dataset__current")
        .get(pk=source.pk)
    )
    if locked.paused_at:
        raise ValidationError(_("这个数据源已暂停。"))
    if actor.is_system and locked.open_until and locked.open_until > clock.now():
        raise ValidationError(_("这个数据源连续失败，暂停到熔断结束。"))
    if locked.dataset.current is None or locked.dataset.retired_at:
        raise ValidationError(_("这个目录条目没有现行版本。"))
    open_run = Pull.objects.filter(source=locked, state__in=Pull.OPEN).first()
    if open_run is not None:
        raise ValidationError(_("这个数据源正在归集，或者有一个批次待核实：%(ref)s。") % {"ref": open_run.ref})
    run = Pull.objects.create(
        source=locked,
        version=locked.dataset.current,
        kind=Pull.Kind.SCHEDULED if actor.is_system else Pull.Kind.MANUAL,
        whole=whole,
        by=actor.user,
    )
    log.record(run.stream, "pull.started", actor=actor, target=run.ref)
    if queue:
        workers.hand_over("pulls.work", run.pk)
    return run


@transaction.atomic
def pause(source: PullSource, actor: Actor) -> None:
    """No run starts until resumed; one under way goes on."""
    _require(source, actor, "pull.pause")
    PullSource.objects.filter(pk=source.pk, paused_at__isnull=True).update(paused_at=clock.now())
    log.record(f"pull/{source.pk}", "pull.paused", actor=actor, target=source.dataset.code)


@transaction.atomic
def resume(source: PullSource, actor: Actor) -> None:
    """Runs start again, and the breaker is closed: a person has looked."""
    _require(source, actor, "pull.resume")
    PullSource.objects.filter(pk=source.pk).update(paused_at=None)
    ending.close_breaker(source.pk)
    log.record(f"pull/{source.pk}", "pull.resumed", actor=actor, target=source.dataset.code)


@transaction.atomic
def release(run: Pull, actor: Actor, *, reason: str) -> Pull:
    """Let a run that was blocked for its volume or totals go on as it is.

    :raises ValidationError: not blocked, without a reason, or blocked because the fields changed -
        then the catalogue or the source must be mended first.
    """
    locked = _blocked(run, actor, "pull.release", reason)
    if locked.block in ending.DRIFT:
        raise ValidationError(_("数据项与目录不符的批次不能放行。请先更正来源或者目录，再放弃这个批次并重新归集。"))
    locked.state, locked.reason = Pull.State.MERGING, reason.strip()
    locked.released_by, locked.released_at = actor.user, clock.now()
    locked.save(update_fields=["state", "reason", "released_by", "released_at"])
    log.record(locked.stream, "pull.released", actor=actor, target=locked.ref, data={"block": locked.block})
    workers.hand_over("pulls.work", locked.pk)
    return locked


@transaction.atomic
def discard(run: Pull, actor: Actor, *, reason: str) -> Pull:
    """Drop what a blocked run staged; what is held stays as it was."""
    locked = _blocked(run, actor, "pull.discard", reason)
    with connection.cursor() as cursor:
        tables.drop_staging(cursor, locked.pk)
    locked.bad_rows.all().delete()
    locked.state, locked.reason, locked.finished = Pull.State.DISCARDED, reason.strip(), clock.now()
    locked.save(update_fields=["state", "reason", "finished"])
    log.record(locked.stream, "pull.discarded", actor=actor, target=locked.ref, data={"block": locked.block})
    return locked


def _blocked(run: Pull, actor: Actor, action: str, reason: str) -> Pull:
    _require(run.source, actor, action)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明理由。")})
    locked = Pull.objects.select_for_update(no_key=True, of=("self",)).select_related("source__dataset").get(pk=run.pk)
    if locked.state != Pull.State.BLOCKED:
        raise ValidationError(_("这个批次没有被阻断，或者已经处理。"))
    return locked


def _require(source: PullSource, actor: Actor, action: str) -> None:
    if not may_run(source, actor):
        log.denied(action, actor=actor, target=source.dataset.code, reason="not the provider")
        raise PermissionDenied(_("只有提供单位和市大数据中心可以管理这个数据源。"))
