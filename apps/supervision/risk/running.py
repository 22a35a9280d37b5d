"""A run of the indicators over the whole city, in steps that can be taken up again (Art 32).

A step is one transaction: judge the next payers, keep their scores, note how far the run is. Whoever holds the
run's lock works; a worker that dies leaves the run where its last step ended, and the next sweep goes on from there.
"""

import logging

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.casework.procedures import recorded
from apps.kernel.facts import scanning as city
from apps.kernel.facts import steps
from apps.kernel.facts.models import Profile
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.supervision.risk import access, assigning, partitions, peers, scoring
from apps.supervision.risk.indicators import in_force, read, reliefs
from apps.supervision.risk.models import RiskRun

logger = logging.getLogger(__name__)

STEP = 250_000  # enough for the database to share the judging among its processes
KEPT = 6  # runs whose scores are kept: what weights are tried out on
State = RiskRun.State

_COUNT = """
    INSERT INTO supervision_riskcount (run_id, indicator, office_id, district, trade, parties)
    SELECT s.run_id, hit.indicator, y.office_id, y.district, coalesce(left(p.industry_code, 1), ''), count(*)
      FROM supervision_riskscore s CROSS JOIN LATERAL unnest(s.hits) AS hit (indicator)
      JOIN facts_profile p USING (party_id) JOIN parties_party y ON y.id = s.party_id
     WHERE s.run_id = %s
     GROUP BY 1, 2, 3, 4, 5
"""


def start(actor: Actor) -> RiskRun:
    """Start a run over the whole city; while one is under way, that one.

    :raises PermissionDenied: when the actor may not start runs.
    """
    if not actor.is_system:
        access.require_analyst(actor, "risk.start", "risk-run")
    rules = in_force(clock.today())
    try:
        with transaction.atomic():
            run = RiskRun.objects.create(on=rules.on, rules=rules.written(), total=city.total(), started_by=actor.user)
            peers.count(run, rules.least)
            log.record(f"risk-run/{run.ref}", "risk.started", actor=actor)
    except IntegrityError:
        return RiskRun.objects.get(state=State.RUNNING)
    return run


def work() -> None:
    """Take the run under way to its end, step by step; a run another worker holds is left to it."""
    try:
        while _step():
            pass
        _forget()
    except DatabaseError as error:
        logger.exception("The run stays where its last step ended and is taken up again")
        RiskRun.objects.filter(state=State.RUNNING).update(error=str(error)[:300])
        raise


def stop(run: RiskRun, actor: Actor) -> None:
    """Give a run up (中止)."""
    access.require_analyst(actor, "risk.stop", run.ref)
    with transaction.atomic():
        stopped = RiskRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
            state=State.FAILED, finished_at=clock.now(), error=recorded(gettext_lazy("由工作人员中止"))
        )
        if not stopped:
            raise PermissionDenied(_("这次扫描已经结束。"))
        log.record(f"risk-run/{run.ref}", "risk.stopped", actor=actor)


@transaction.atomic
def _step() -> bool:
    """One step of the run under way; whether there is more to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('supervision.risk-run'))")
        if not cursor.fetchone()[0]:
            return False
    run = RiskRun.objects.select_for_update(no_key=True).filter(state=State.RUNNING).first()
    if run is None:
        return False
    run.worked_at, run.error = clock.now(), ""
    upto = steps.next_end(Profile.objects, run.last_party, STEP)
    if upto is None:
        _finish(run)
    else:
        _scan(run, upto)
    run.save()
    return upto is not None


def _scan(run: RiskRun, upto: int) -> None:
    rules = read(run.rules)
    into = partitions.open_for(run)
    done = scoring.score(rules, reliefs(rules), run=run.pk, after=run.last_party, upto=upto, into=into)
    run.done += done.parties
    run.found += done.scores
    run.last_party = upto
    for number, unknown in done.unclear.items():
        known = run.tally.setdefault(str(number), {"unknown": 0})
        known["unknown"] += unknown


def _finish(run: RiskRun) -> None:
    partitions.close(run)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [run.pk])
    run.queued = assigning.queue(run)
    run.opened = assigning.assign()
    run.state, run.finished_at = State.DONE, clock.now()


@transaction.atomic
def _forget() -> None:
    """Take away the scores of runs that are no longer kept, and of those that were given up."""
    kept = RiskRun.objects.filter(state=State.DONE).order_by("-id").values_list("pk", flat=True)[:KEPT]
    under_way = RiskRun.objects.filter(state=State.RUNNING).values_list("pk", flat=True)
    partitions.drop_all_but([*kept, *under_way])
