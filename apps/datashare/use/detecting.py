"""Use outside purpose or pattern: found in the access log by set-based statements, each followed up (Art 21)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.datashare.access import require, supervises
from apps.datashare.use.models import DataAccess, UseFinding
from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

DAYS_BACK = 7  # a detector that was away for a week misses nothing
State = UseFinding.State

_DAILY = """
    SELECT {kind}, a.user_id, a.office_id, a.grant_id, a.day, count(*)
    FROM (
        SELECT *, (at AT TIME ZONE 'Asia/Shanghai')::date AS day,
               extract(hour FROM at AT TIME ZONE 'Asia/Shanghai') AS hour
        FROM datashare_dataaccess WHERE at >= %(since)s
    ) a
    LEFT JOIN workcalendar_day d ON d.date = a.day
    WHERE {where}
    GROUP BY a.user_id, a.office_id, a.grant_id, a.day
"""
_RULES = {
    UseFinding.Kind.NIGHT: """a.released AND (a.hour >= %(night_from)s OR a.hour < %(night_until)s
        OR CASE WHEN d.kind IS NULL THEN extract(isodow FROM a.day) > 5 ELSE d.kind = 'holiday' END)""",
    UseFinding.Kind.OUTSIDER: "a.released AND NOT a.own",
    UseFinding.Kind.CLOSED: "a.refusal = 'case'",
    UseFinding.Kind.DEAD: "a.refusal = 'grant'",
    UseFinding.Kind.BEYOND: "a.refusal = 'fields'",
}


def detect() -> int:
    """Look through the last days' reads; returns how many new findings there are.

    A finding is one kind, one person, one grant, one day: a rerun adds nothing and only counts on while it is open.
    """
    values = {
        "since": clock.now() - dt.timedelta(days=DAYS_BACK),
        "night_from": _number("data-use.night-from"),
        "night_until": _number("data-use.night-until"),
        "volume": _number("data-use.volume-per-day"),
    }
    new: list[int] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for kind, where in _RULES.items():
            new += _insert(cursor, _DAILY.format(kind=f"'{kind}'", where=where), values)
        volume = _DAILY.format(kind=f"'{UseFinding.Kind.VOLUME}'", where="a.released") + " HAVING count(*) > %(volume)s"
        new += _insert(cursor, volume, values)
        for row in UseFinding.objects.filter(pk__in=new).select_related("office", "grant__dataset__current"):
            _announce(row)
    return len(new)


def _insert(cursor, select: str, values: dict) -> list[int]:
    cursor.execute(select, values)
    rows = cursor.fetchall()
    new = []
    for kind, user, office, grant, day, times in rows:
        cursor.execute(
            """
            INSERT INTO datashare_usefinding
                (ref, kind, user_id, office_id, grant_id, day, times, state, found_at, explanation, conclusion)
            VALUES (%s, %s, %s, %s, %s, %s, %s, 'open', %s, '', '')
            ON CONFLICT (kind, user_id, grant_id, day) DO UPDATE SET times = EXCLUDED.times
                WHERE datashare_usefinding.state = 'open' AND datashare_usefinding.times <> EXCLUDED.times
            RETURNING id, (xmax = 0)
            """,
            [reference(), kind, user, office, grant, day, times, clock.now()],
        )
        found = cursor.fetchone()
        if found and found[1]:
            new.append(found[0])
    return new


def _number(code: str) -> int:
    return int(parameters.row(code, clock.today()).number)


def _announce(row: UseFinding) -> None:
    log.record(row.about, "found", actor=Actor.system("data-detector"), target=row.grant.about, data={"kind": row.kind})
    context = {"kind": row.get_kind_display(), "title": row.grant.dataset.current.title, "ref": row.ref, "day": row.day}
    outbox.send("data-finding", row.office, context, about=row.about)


def reads(row: UseFinding):
    """The reads, or refused attempts, a finding counts."""
    first = dt.datetime.combine(row.day, dt.time.min, tzinfo=SHANGHAI)
    found = DataAccess.objects.filter(
        user=row.user_id, grant=row.grant_id, at__gte=first, at__lt=first + dt.timedelta(days=1)
    )
    refusals = {
        UseFinding.Kind.CLOSED: DataAccess.Refusal.CASE,
        UseFinding.Kind.DEAD: DataAccess.Refusal.GRANT,
        UseFinding.Kind.BEYOND: DataAccess.Refusal.FIELDS,
    }
    if row.kind in refusals:
        return found.filter(refusal=refusals[row.kind]).order_by("-id")
    found = found.filter(released=True)
    return (found.filter(own=False) if row.kind == UseFinding.Kind.OUTSIDER else found).order_by("-id")


def may_explain(row: UseFinding, actor: Actor) -> bool:
    """Somebody of the office the finding is about, but not the person it is about."""
    return (
        actor.office is not None
        and actor.party is None
        and row.office_id == actor.office.pk
        and actor.user is not None
        and row.user_id != actor.user.pk
    )


@transaction.atomic
def explain(row: UseFinding, actor: Actor, *, reason: str) -> UseFinding:
    """The office says what happened.

    :raises PermissionDenied: for the person it is about, or another office.
    :raises ValidationError: when it is concluded.
    """
    require(may_explain(row, actor), "finding.explain", actor, row.about)
    row = UseFinding.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if row.state in (State.CLEARED, State.CONFIRMED):
        raise ValidationError(_("已有结论，不能再说明。"))
    row.explanation, row.state = reason, State.EXPLAINED
    row.save(update_fields=["explanation", "state"])
    log.record(row.about, "explained", actor=actor, target=row.grant.about)
    return row


@transaction.atomic
def conclude(row: UseFinding, actor: Actor, *, confirmed: bool, reason: str) -> UseFinding:
    """The centre says whether the use was lawful; it can then narrow or revoke the grant.

    :raises PermissionDenied: for anyone but the centre.
    :raises ValidationError: before the office has explained, or once it is concluded.
    """
    require(supervises(actor), "finding.conclude", actor, row.about)
    row = UseFinding.objects.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
    if row.state == State.OPEN:
        raise ValidationError(_("请先等单位说明情况，再作结论。"))
    if row.state != State.EXPLAINED:
        raise ValidationError(_("已有结论，不能再改。"))
    row.state = State.CONFIRMED if confirmed else State.CLEARED
    row.conclusion, row.concluded_at = reason, clock.now()
    row.save(update_fields=["state", "conclusion", "concluded_at"])
    log.record(row.about, row.state, actor=actor, target=row.grant.about)
    context = {"kind": row.get_kind_display(), "title": row.get_state_display(), "ref": row.ref, "day": row.day}
    outbox.send("data-finding", row.office, context, about=row.about)
    return row
