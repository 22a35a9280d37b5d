"""Bad rows judged again (重新核验): by the contract as it is now; what passes goes in, unless newer data came."""

import polars as pl
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.datashare.pulls import contract as contracts
from apps.datashare.pulls import landing, lease, merging, running
from apps.datashare.pulls.duplicates import RULE as DUPLICATE
from apps.datashare.pulls.models import Pull, PullSource, QuarantinedRow
from apps.datashare.pulls.reading.base import Batch, digest
from apps.datashare.pulls.rules import LINE, UPDATED, Judge
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock

MOST = 20_000  # rows one replay takes; press again for more


def replay(origin: Pull, actor: Actor) -> Pull:
    """Judge a run's open bad rows again; the replay is a run of its own, with lineage and counts.

    :raises ValidationError: another run is open, or nothing waits.
    """
    if not running.may_run(origin.source, actor):
        log.denied("pull.replay", actor=actor, target=origin.ref, reason="not the provider")
        raise PermissionDenied(_("只有提供单位和市大数据中心可以管理这个数据源。"))
    token = lease.take(origin.source_id)
    if token is None:
        raise ValidationError(_("这个数据源正在归集，请稍后再试。"))
    try:
        return _replay(origin, actor, token)
    finally:
        if not connection.needs_rollback:
            lease.give_back(origin.source_id, token)


@transaction.atomic
def _replay(origin: Pull, actor: Actor, token: str) -> Pull:
    lease.require(origin.source_id, token)
    source = PullSource.objects.select_related("dataset__current").get(pk=origin.source_id)
    if Pull.objects.filter(source=source, state__in=Pull.OPEN).exists():
        raise ValidationError(_("这个数据源正在归集，或者有一个批次待核实。"))
    waiting = origin.bad_rows.filter(state=QuarantinedRow.State.OPEN).exclude(rules__contains=[DUPLICATE])
    rows = list(waiting.select_for_update(no_key=True).order_by("id")[:MOST])
    if origin.state != Pull.State.DONE or not rows:
        raise ValidationError(_("这个批次没有待处理的隔离行。"))
    run = Pull.objects.create(
        source=source, version=source.dataset.current, kind=Pull.Kind.REPLAY, replays=origin, by=actor.user,
        started=clock.now(), complete=True, added_columns=[],
    )  # fmt: skip
    log.record(run.stream, "pull.replayed", actor=actor, target=origin.ref, data={"rows": len(rows)})
    contract = contracts.of(run.version)
    run = landing.prepare(run, token, contract)
    names = [*contract.names, UPDATED]
    frame = pl.DataFrame(
        [[*(row.raw.get(name) for name in names), number] for number, row in enumerate(rows)],
        schema={**dict.fromkeys(names, pl.String), LINE: pl.Int64},
        orient="row",
    )
    judged = Judge(contract).judge(frame, page=1)
    still_bad = {bad.line: bad.rules for bad in judged.bad}
    judged.bad = []
    run = landing.land(run, token, judged, Batch(frame, "", digest(b"replay"), last=True), contract)
    Pull.objects.filter(pk=run.pk).update(state=Pull.State.MERGING, quarantined=len(still_bad))
    for number, row in enumerate(rows):
        if number in still_bad:
            row.rules = still_bad[number]
        else:
            row.state = QuarantinedRow.State.REPLAYED
    QuarantinedRow.objects.bulk_update(rows, ["rules", "state"], batch_size=1000)
    return merging.merge(run.pk, token)
