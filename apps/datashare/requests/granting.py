"""Grants: made of a request, narrowed or revoked at once, reported when nobody uses them (Arts 17, 20)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.datashare.access import require, supervises
from apps.datashare.requests.models import DataGrant, DataGrantEvent, DataRequest
from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import Words, recorded
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock, deadlines
from apps.kernel.workcalendar.days import SHANGHAI

Kind = DataGrantEvent.Kind


def last_day(first: dt.date, months: int) -> dt.date:
    """The last day of a grant that runs for whole months from its first day; rest days change nothing."""
    start = dt.datetime.combine(first - dt.timedelta(days=1), dt.time.max, tzinfo=SHANGHAI)
    return deadlines.due(start, months, deadlines.Unit.MONTH, roll=deadlines.Roll.NONE).due.astimezone(SHANGHAI).date()


def grant(case: Case, actor: Actor, *, direct: bool) -> DataGrant:
    """Give the office what its request was approved for, from today."""
    asked: DataRequest = case.detail
    today = clock.today()
    row = DataGrant.objects.create(
        case=case,
        office=asked.office,
        dataset=asked.dataset,
        scenario=asked.scenario,
        purpose=asked.purpose,
        fields=asked.approved_fields or asked.fields,
        direct=direct,
        valid_from=today,
        valid_until=last_day(today, asked.months),
    )
    _note(row, Kind.GRANTED, actor, reason=case.number)
    return row


def history(row: DataGrant) -> list[tuple[DataGrantEvent, list[str]]]:
    """What happened to a grant, each with the names of the fields it then reached."""
    version = row.dataset.current
    labels = dict(version.fields.values_list("name", "label")) if version is not None else {}
    return [(event, [labels.get(name, name) for name in event.fields]) for event in row.events.select_related("office")]


def may_change(row: DataGrant, actor: Actor) -> bool:
    """The data centre, and the provider for its own data."""
    return supervises(actor) or (
        actor.front_door == "partner" and "officer" in actor.roles and row.dataset.provider_id == actor.office.pk
    )


@transaction.atomic
def narrow(row: DataGrant, actor: Actor, *, fields: list[str], valid_until: dt.date, reason: str) -> DataGrant:
    """Take fields away or end the grant earlier; it bites on the next read.

    :raises ValidationError: on ``fields`` or ``valid_until`` when that would widen it, or empty it.
    """
    row = _locked(row, actor, "grant.narrow")
    if not fields or not set(fields) <= set(row.fields):
        raise ValidationError({"fields": _("只能从现有数据项中保留一部分；要全部停用请撤销授权。")})
    if valid_until > row.valid_until:
        raise ValidationError({"valid_until": _("收窄只能提前截止日期，不能延后。")})
    if valid_until < clock.today():
        raise ValidationError({"valid_until": _("截止日期不能早于今天；要立即停用请撤销授权。")})
    if set(fields) == set(row.fields) and valid_until == row.valid_until:
        raise ValidationError(_("没有收窄任何内容。"))
    row.fields = [name for name in row.fields if name in fields]
    row.valid_until = valid_until
    row.save(update_fields=["fields", "valid_until"])
    _note(row, Kind.NARROWED, actor, reason=reason)
    _tell(row, gettext_lazy("已收窄"), reason)
    return row


@transaction.atomic
def revoke(row: DataGrant, actor: Actor, *, reason: str) -> DataGrant:
    """End a grant now.

    :raises ValidationError: when it is revoked already.
    """
    row = _locked(row, actor, "grant.revoke")
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])
    _note(row, Kind.REVOKED, actor, reason=reason)
    _tell(row, gettext_lazy("已撤销"), reason)
    return row


def unused_days() -> int:
    """After how many days without a read a grant counts as unused."""
    return int(parameters.row("data-grant.unused-days", clock.today()).number)


def unused():
    """Live grants nobody has read under for that long, or since they were given."""
    since = clock.now() - dt.timedelta(days=unused_days())
    day = since.astimezone(SHANGHAI).date()
    return DataGrant.objects.live().filter(valid_from__lte=day).exclude(accesses__released=True, accesses__at__gt=since)


def report_unused() -> int:
    """Tell holders of unused grants, once each; how many."""
    told = 0
    with transaction.atomic():
        for row in (
            unused().filter(reported_at__isnull=True).select_for_update(no_key=True, of=("self",), skip_locked=True)
        ):
            row.reported_at = clock.now()
            row.save(update_fields=["reported_at"])
            reason = recorded(gettext_lazy("超过 %d 日没有使用")) % unused_days()
            _note(row, Kind.UNUSED, Actor.system("data-grants"), reason=reason)
            _tell(row, gettext_lazy("闲置"), reason)
            told += 1
    return told


def _locked(row: DataGrant, actor: Actor, action: str) -> DataGrant:
    require(may_change(row, actor), action, actor, row.about)
    row = (
        DataGrant.objects.select_for_update(no_key=True, of=("self",))
        .select_related("dataset__current", "office")
        .get(pk=row.pk)
    )
    if row.revoked_at is not None:
        raise ValidationError(_("这项授权已经撤销。"))
    return row


def _note(row: DataGrant, kind: str, actor: Actor, *, reason: str) -> None:
    DataGrantEvent.objects.create(
        grant=row,
        kind=kind,
        by=actor.user,
        office=actor.office,
        fields=row.fields,
        valid_until=row.valid_until,
        reason=reason,
    )
    log.record(
        row.about,
        f"grant.{kind}",
        actor=actor,
        target=row.case.number,
        data={"fields": row.fields, "valid_until": row.valid_until.isoformat()},
    )


def _tell(row: DataGrant, what: Words, reason: str) -> None:
    context = {"ref": row.ref, "title": row.dataset.current.title, "what": recorded(what), "reason": reason}
    outbox.send("data-grant", row.office, context, about=row.about)
