"""The end of what is past its period: one person proposes, another approves, and it is carried out (Arts 6, 18).

Nothing goes without a register, nobody approves their own, and what has gone leaves a tombstone and evidence.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.retention import kinds
from apps.kernel.retention.models import Entry, Register
from apps.kernel.rules import review
from apps.kernel.workcalendar import clock

PROPOSE, APPROVE = "retention.add_register", "retention.approve_register"
MOST = 1000  # things on one register: a person is to look at it


@transaction.atomic
def propose(actor: Actor, kind_code: str, *, reason: str) -> Register:
    """List what is past its period, the oldest first.

    :raises ValidationError: when nothing of the kind is.
    :raises PermissionDenied: when the actor may not propose.
    """
    proposer = review.allowed(actor, PROPOSE, kind_code)
    kind = kinds.get(kind_code)
    period = kind.period()
    rows = list(kind.due()[:MOST])
    if not rows:
        raise ValidationError({"kind": _("没有超过保管期限的内容。")})
    register = Register.objects.create(
        kind=kind.code,
        before=kinds.before(clock.now(), period),
        basis=f"{period.label} {period.source} [{period.confidence}]",
        reason=reason,
        proposed_by=proposer,
    )
    Entry.objects.bulk_create(
        Entry(
            register=register,
            key=str(row.pk),
            subject=kind.subject(row),
            since=kind.since(row),
            digest=kind.digest(row),
        )
        for row in rows
    )
    _record(register, "propose", actor, entries=len(rows))
    return register


@transaction.atomic
def approve(register: Register, actor: Actor, opinion: str = "") -> None:
    """Approve a register; it is carried out at once.

    :raises ValidationError: when it was decided already.
    :raises PermissionDenied: when the actor may not approve, or proposed it.
    """
    register, decider = review.open_for_decision(register, actor, APPROVE, register.ref)
    review.decide(register, Register.State.APPROVED, decider, opinion)
    _record(register, "approve", actor)
    workers.hand_over("retention.carry_out", register.pk)


@transaction.atomic
def refuse(register: Register, actor: Actor, opinion: str) -> None:
    """Refuse a register, saying why; everything on it stays.

    :raises ValidationError: when it was decided already, or no reason is given.
    :raises PermissionDenied: when the actor may not decide, or proposed it.
    """
    register, decider = review.open_for_decision(register, actor, APPROVE, register.ref)
    review.why_refused(opinion)
    review.decide(register, Register.State.REFUSED, decider, opinion)
    _record(register, "refuse", actor)


def carry_out(register_id: int) -> int:
    """End what an approved register lists; returns how many things ended. Called again it goes on where it stopped."""
    register = Register.objects.get(pk=register_id, state=Register.State.APPROVED)
    todo = register.entries.filter(ended_at=None, left_because="").values_list("pk", flat=True)
    ended = sum(_end(register, entry_id) for entry_id in list(todo))
    with transaction.atomic():
        register = Register.objects.select_for_update(no_key=True, of=("self",)).get(pk=register.pk)
        if register.done_at is None:
            register.done_at = clock.now()
            register.save(update_fields=["done_at"])
            gone = register.entries.exclude(ended_at=None).count()
            _record(register, "done", Actor.system("retention"), ended=gone, left=register.entries.count() - gone)
    return ended


@transaction.atomic
def _end(register: Register, entry_id: int) -> bool:
    """One thing: it must still be past its period and be what was listed."""
    entry = Entry.objects.select_for_update(no_key=True, of=("self",)).get(pk=entry_id)
    if entry.ended_at or entry.left_because:
        return False
    kind = kinds.get(register.kind)
    row = kind.past(register.before).select_for_update(no_key=True, of=("self",)).filter(pk=entry.key).first()
    if row is None:
        entry.left_because = _("已不再符合销毁条件。")
    elif kind.digest(row) != entry.digest:
        entry.left_because = _("列入清册后内容有变化。")
    else:
        try:
            with transaction.atomic():
                kind.end(row)
        except ProtectedError:
            entry.left_because = _("其他记录仍需要它。")
        else:
            entry.key, entry.ended_at = "", clock.now()
    entry.save(update_fields=["key", "ended_at", "left_because"])
    if entry.ended_at:
        data = {"register": register.ref, "sha256": entry.digest, "basis": register.basis}
        log.record(f"retention/{register.ref}", "end", actor=Actor.system("retention"), target=entry.subject, data=data)
    return bool(entry.ended_at)


def _record(register: Register, action: str, actor: Actor, **more: object) -> None:
    data = {"kind": register.kind, "before": register.before.isoformat(), "basis": register.basis, **more}
    data |= {"reason": register.reason, "opinion": register.opinion}
    log.record(f"retention/{register.ref}", f"retention.{action}", actor=actor, target=register.kind, data=data)
