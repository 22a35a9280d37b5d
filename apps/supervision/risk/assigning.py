"""From scores to tasks: a reminder first for everyone, the rest by score as far as each office can carry it (Art 32).

Nobody is assessed or audited before having had a chance to look and correct. What a run opens beyond a
reminder is a proposal that the office's chief starts or turns down.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models import Count

from apps.kernel.casework import cases, procedures
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office, Party, Role
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.supervision.risk import access, explaining
from apps.supervision.risk.models import Level, RiskRun, RiskTask

CODES = {Level.REMINDER: "risk-reminder", Level.ASSESSMENT: "risk-assessment", Level.AUDIT: "risk-audit"}
LIMITS = {
    Level.REMINDER: "risk.tasks.reminders-per-officer",
    Level.ASSESSMENT: "risk.tasks.assessments-per-officer",
    Level.AUDIT: "risk.tasks.audits-per-officer",
}
# Who carries which kind of task; an office takes as many as these people can.
CARRIERS = {
    Level.REMINDER: frozenset({Role.RISK, Role.CLERK}),
    Level.ASSESSMENT: frozenset({Role.RISK, Role.CLERK}),
    Level.AUDIT: frozenset({Role.RISK, Role.CHIEF}),
}
WINDOW_USED = "unresolved"  # the state of a reminder whose chance passed without result
_LOOKED_AT = 5_000  # tasks looked at in one go; more wait for the next

_QUEUE = """
    INSERT INTO supervision_risktask (run_id, party_id, office_id, score, level, kind)
    SELECT s.run_id, s.party_id, y.office_id, s.score, s.level,
           CASE WHEN EXISTS (SELECT FROM casework_case c WHERE c.applicant_id = s.party_id
                                AND c.procedure = 'risk-reminder' AND c.state = %(used)s
                                AND c.submitted_at > %(window)s)
                THEN s.level ELSE 'reminder' END
      FROM supervision_riskscore s JOIN parties_party y ON y.id = s.party_id AND y.active
     WHERE s.run_id = %(run)s AND s.level <> 'none'
       AND NOT EXISTS (SELECT FROM casework_case c WHERE c.applicant_id = s.party_id
                          AND c.procedure = ANY (%(codes)s) AND c.closed_at IS NULL)
       AND NOT s.hits <@ ARRAY(SELECT o.indicator FROM supervision_riskoutcome o WHERE o.party_id = s.party_id
                                  AND o.verdict IN ('cleared', 'corrected') AND o.at > %(quiet)s)
    ON CONFLICT DO NOTHING
"""


def queue(run: RiskRun) -> int:
    """Queue everyone whose score calls for something and whom nothing is under way for; how many.

    What waited from an earlier run gives way to what this run says.
    """
    RiskTask.objects.filter(case__isnull=True).delete()
    now = clock.now()
    params = {
        "run": run.pk,
        "used": WINDOW_USED,
        "codes": list(CODES.values()),
        "window": now - dt.timedelta(days=_whole("risk.tasks.window-days")),
        "quiet": now - dt.timedelta(days=_whole("risk.tasks.quiet-days")),
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, params)
        return cursor.rowcount


def assign() -> int:
    """Turn waiting tasks into cases as far as the offices can carry them, the highest scores first; how many."""
    room = {kind: _room(kind) for kind in CODES}
    made = 0
    # Locked, so that two runs at once do not make two cases of one task.
    waiting = (
        RiskTask.objects.filter(case__isnull=True)
        .select_related("party__office__parent")
        .select_for_update(no_key=True, of=("self",), skip_locked=True)
        .order_by("-score", "id")
    )
    # Whatever waits was queued by the latest run: queueing replaces what waited before.
    bureaus, run = access.by_district(), RiskRun.objects.filter(tasks__case__isnull=True).first()
    for task in waiting[:_LOOKED_AT]:
        kind = Level(task.kind)
        office = access.in_charge(task.party, bureaus)
        if office is not None and room[kind].get(office.pk, 0) > 0:
            room[kind][office.pk] -= 1
            task.case = propose(kind, task.party, run)
            task.save(update_fields=["case"])
            made += 1
        if not any(left for each in room.values() for left in each.values()):
            break
    return made


def propose(kind: Level, party: Party, run: RiskRun, **more: Any) -> Case:
    """Open the case of a kind for a payer, with the figures as they stand now."""
    explained = explaining.explain(run, party)
    detail = {
        "run": run,
        "score": explained.score,
        "level": explained.rules.level_of(explained.score),
        "trace": explaining.recorded_hits(explained),
        **more,
    }
    return open_with(kind, party, detail)


def open_with(kind: Level, party: Party, detail: dict[str, Any]) -> Case:
    """Open and submit a case of a kind; the portal does it, and it only asks or proposes."""
    system = replace(Actor.system("risk"), party=party)
    case = cases.open_case(procedures.get(CODES[kind]), system, detail)
    return cases.perform(case, "submit", Actor.system("risk"))


def room(office: Office) -> dict[Level, int]:
    """How many more tasks of each kind an office can take."""
    return {kind: _room(kind).get(office.pk, 0) for kind in CODES}


def _room(kind: Level) -> dict[int, int]:
    each = _whole(LIMITS[kind])
    carriers = dict(
        Membership.objects.in_force()
        .filter(role__in=CARRIERS[kind], office__kind__in=Office.TAX_KINDS, office__active=True)
        .values_list("office")
        .annotate(Count("user", distinct=True))
    )
    open_ = dict(
        Case.objects.filter(procedure=CODES[kind], closed_at__isnull=True).values_list("office").annotate(Count("pk"))
    )
    return {office: max(number * each - open_.get(office, 0), 0) for office, number in carriers.items()}


def _whole(code: str) -> int:
    return int(parameters.row(code, clock.today()).number)
