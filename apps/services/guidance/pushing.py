"""Precise push (精准推送, Article 12): a run over the whole city, in steps that can be taken up again.

A step is one transaction: match the next payers; or remind those of them whom something new fits, and queue
one message each; and note how far the run is. Whoever holds the run's lock works; a worker that dies leaves
the run where its last step ended, and the next sweep goes on from there.
"""

import datetime as dt
import logging

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.casework.procedures import recorded
from apps.kernel.facts import scanning, steps
from apps.kernel.facts.models import Profile
from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import ChannelCode
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.rules import parameters
from apps.kernel.rules.models import PolicyVersion
from apps.kernel.workcalendar import clock
from apps.services.entitlement import checks, matching, monitoring
from apps.services.entitlement.models import MatchRun
from apps.services.guidance import content

logger = logging.getLogger(__name__)

INTERVAL = "policy-push.repeat-days"
REMIND_STEP = 20_000  # payers whose messages are queued together
STARTERS = frozenset({Role.CHIEF, Role.RISK})
CHANNELS = (ChannelCode.INBOX, ChannelCode.PUSH)
State = MatchRun.State

_REMIND = """
    WITH topics AS (
        SELECT * FROM unnest(%(policies)s::smallint[], %(places)s::int[], %(topics)s::text[])
                      AS t (policy_id, place, topic)
    ), reminded AS (
        INSERT INTO services_reminder (party_id, policy_id, run_id, at)
        SELECT m.party_id, t.policy_id, %(run)s, %(now)s
          FROM services_match m JOIN topics t ON get_bit(m.met & ~m.flagged, t.place) = 1
         WHERE m.run_id = %(run)s AND m.party_id > %(after)s AND m.party_id <= %(upto)s
           AND NOT EXISTS (SELECT FROM services_enjoyment e WHERE e.party_id = m.party_id
                              AND e.policy_id = t.policy_id AND e.year = %(year)s)
           AND NOT EXISTS (SELECT FROM services_topicoptout o WHERE o.party_id = m.party_id AND o.topic = t.topic)
           AND NOT EXISTS (SELECT FROM services_reminder r WHERE r.party_id = m.party_id
                              AND r.policy_id = t.policy_id AND r.at > %(since)s)
        RETURNING party_id
    )
    SELECT party_id, count(*) FROM reminded GROUP BY party_id ORDER BY party_id
"""


def may_start(actor: Actor) -> bool:
    """Whether an actor may start a run: chiefs and risk staff of a tax office."""
    return actor.front_door == "counter" and bool(STARTERS & actor.roles)


def start(actor: Actor, *, push: bool = True) -> MatchRun:
    """Start a run over the whole city; while one is under way, that one.

    :raises PermissionDenied: when the actor may not start runs.
    """
    if not actor.is_system and not may_start(actor):
        log.denied("policy-push.start", actor=actor, target="policy-push", reason="role")
        raise PermissionDenied(_("只有审批岗和风险管理岗可以发起推送。"))
    on = clock.today()
    try:
        with transaction.atomic():
            run = MatchRun.objects.create(
                on=on,
                versions={code: version.pk for code, version in matching.matchable(on).items()},
                push=push,
                total=scanning.total(),
                started_by=actor.user,
            )
            log.record(f"policy-push/{run.ref}", "policy-push.started", actor=actor)
    except IntegrityError:
        return MatchRun.objects.get(state=State.RUNNING)
    return run


def work() -> None:
    """Take the run under way to its end, step by step; a run another worker holds is left to it."""
    try:
        while _step():
            pass
    except DatabaseError as error:
        logger.exception("The run stays where its last step ended and is taken up again")
        MatchRun.objects.filter(state=State.RUNNING).update(error=str(error)[:300])
        raise


def stop(run: MatchRun, actor: Actor) -> None:
    """Give a run up (中止). What it has sent stays sent."""
    if not may_start(actor):
        log.denied("policy-push.stop", actor=actor, target=run.ref, reason="role")
        raise PermissionDenied(_("只有审批岗和风险管理岗可以中止推送。"))
    with transaction.atomic():
        stopped = MatchRun.objects.filter(pk=run.pk, state=State.RUNNING).update(
            state=State.FAILED, finished_at=clock.now(), error=recorded(gettext_lazy("由工作人员中止"))
        )
        if stopped:
            log.record(f"policy-push/{run.ref}", "policy-push.stopped", actor=actor)


@transaction.atomic
def _step() -> bool:
    """One step of the run under way; whether there is more to do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('services.policy-push'))")
        if not cursor.fetchone()[0]:
            return False
    run = MatchRun.objects.select_for_update(no_key=True).filter(state=State.RUNNING).first()
    if run is None:
        return False
    run.worked_at, run.error = clock.now(), ""
    taking_part = matching.taking_part(run)
    if run.push and run.reminded_upto < run.last_party:
        _remind(run, taking_part)
    elif not matching.step(run, taking_part):
        monitoring.compare(run, taking_part)
        run.tasks = checks.assign()
        run.state, run.finished_at = State.DONE, clock.now()
        matching.forget_old()
    run.save()
    return run.state == State.RUNNING


def _remind(run: MatchRun, taking_part: list[PolicyVersion]) -> None:
    """Remind the next payers matched of what newly fits them, and queue one message for each."""
    upto = min(steps.next_end(Profile.objects, run.reminded_upto, REMIND_STEP) or run.last_party, run.last_party)
    interval = dt.timedelta(days=int(parameters.row(INTERVAL, run.on).number))
    topics = content.topic_of()
    spoken = [
        (version.policy_id, place, topics[version.policy.code].code)
        for place, version in enumerate(taking_part)
        if version.policy.code in topics
    ]
    params = {
        "run": run.pk,
        "now": run.worked_at,
        "since": run.worked_at - interval,
        "year": run.on.year,
        "policies": [policy for policy, _place, _topic in spoken],
        "places": [place for _policy, place, _topic in spoken],
        "topics": [topic for _policy, _place, topic in spoken],
        "after": run.reminded_upto,
        "upto": upto,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMIND, params)
        reminded = dict(cursor.fetchall())
    outbox.send_many(
        "policy-reminder",
        list(reminded),
        {"day": run.on},
        about=f"policy-push/{run.ref}",
        via=CHANNELS,
        valid_until=run.worked_at + interval,
    )
    run.reminded += sum(reminded.values())
    run.told += len(reminded)
    run.reminded_upto = upto
