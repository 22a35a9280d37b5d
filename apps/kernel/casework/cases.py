"""The only doors that create and change a case.

``open_case`` begins one, ``perform`` moves it. Each is one transaction: lock, check, change, step,
audit event, clocks, outbox. Pages, API, tasks and tests all come through here.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from apps.kernel import rows
from apps.kernel.audit import log
from apps.kernel.casework import clocks, custody, handover, papers, rights
from apps.kernel.casework.models import Case, CaseDetail, CasePaper, Clock, Custody, Step, named, named_many
from apps.kernel.casework.procedures import DISCARDED, DRAFT, Procedure, Transition, recorded
from apps.kernel.casework.signals import case_moved, case_opened
from apps.kernel.documents import letters
from apps.kernel.kept.keeping import at_one_moment
from apps.kernel.notifications import outbox
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.request_keys import RequestKey
from apps.kernel.workcalendar import clock


class NotOpen(ValidationError):
    """The action is not open in the case's present state."""


@transaction.atomic
def open_case(
    procedure: Procedure,
    actor: Actor,
    detail: dict[str, Any],
    *,
    title: str = "",
    idempotency_key: str | None = None,
    parent: Case | None = None,
    part: str = "",
) -> Case:
    """Begin a case as a draft that only the applicant's side can see.

    A second call with the same key by the same user returns the first case. ``parent`` and ``part`` make it
    one of the parts another case is handled in; each part is opened once.

    :raises PermissionDenied: the party may not apply, or the mandate does not reach this matter.
    """
    rights.may_apply(procedure, actor)
    first = _opened_before(procedure, actor, idempotency_key)
    if first is not None:
        return first
    case = named()
    _open(case, procedure, actor, detail, title=title, idempotency_key=idempotency_key, parent=parent, part=part)
    return case


def _opened_before(procedure: Procedure, actor: Actor, key: str | None) -> Case | None:
    """The case a key opened before. A second request with it that comes at the same moment waits for the first.

    :raises ValidationError: it opened one of another matter, or one for which something else was asked.
    """
    if not key:
        return None
    found = _take_turns(actor, key)
    if found is None:
        return None
    first = Case.objects.get(pk=found)
    if first.procedure != procedure.code:
        raise _doubled(_("这个 Idempotency-Key 已用于另一事项，请换一个新的。"))
    if first.asked_digest and isinstance(key, RequestKey) and key.digest != first.asked_digest:
        raise _doubled(_("这个 Idempotency-Key 已用于内容不同的请求，请换一个新的。"))
    return first


# Two statements in one round trip: the second must see what whoever held the lock has written.
_TURN = """
SELECT pg_advisory_xact_lock(hashtextextended(%(turn)s, 0));
SELECT id FROM casework_case WHERE idempotency_key = %(key)s
   AND (opened_by_id = %(who)s OR %(who)s IS NULL AND opened_by_id IS NULL)
"""


def _take_turns(actor: Actor, key: str) -> int | None:
    """Wait for who is opening a case with this key; returns the id of the one it has opened."""
    who = actor.user.pk if actor.user is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_TURN, {"turn": f"case/{who}/{key}", "key": key, "who": who})
        found = cursor.fetchone()
    return found[0] if found else None


def _open(
    case: Case,
    procedure: Procedure,
    actor: Actor,
    detail: dict[str, Any],
    *,
    title: str = "",
    idempotency_key: str | None = None,
    submit: bool = False,
    **more: Any,
) -> CaseDetail:
    """Begin a case. One that is submitted at once is written then, as it stands: only the commit asks for its row."""
    case.procedure, case.title = procedure.code, title or recorded(procedure.title)
    case.applicant, case.mandate = actor.party, actor.mandate
    case.opened_by, case.channel, case.idempotency_key = actor.user, actor.channel, idempotency_key
    if isinstance(idempotency_key, RequestKey):
        case.asked_digest = idempotency_key.digest
    for name, value in more.items():
        setattr(case, name, value)
    row = procedure.detail(case=case, **detail)
    rows.write(*([] if submit else [case]), row, log.event(case.about, "opened", actor=actor, target=procedure.code))
    todos.changed(case.applicant)
    case_opened.send(Case, case=case, actor=actor)
    return row


def open_submitted(
    procedure: Procedure,
    actor: Actor,
    detail: dict[str, Any],
    *,
    idempotency_key: str,
    submit: bool = True,
) -> Case:
    """Open a case and submit it in one go: all of it happens or nothing."""
    with _refusal_on_record("submit", actor, procedure.code), transaction.atomic():
        if procedure.opener is not None:
            _opened_before(procedure, actor, idempotency_key)
            case = procedure.opener(actor, detail, idempotency_key)
            return perform(case, "submit", actor, idempotency_key=idempotency_key) if submit else case
        rights.may_apply(procedure, actor)
        first = _opened_before(procedure, actor, idempotency_key)
        if first is not None:
            return perform(first, "submit", actor, idempotency_key=idempotency_key) if submit else first
        case = named()
        opened = _open(case, procedure, actor, detail, idempotency_key=idempotency_key, submit=submit)
        if submit:  # nobody else knows the new row: there is nothing to lock and nothing done before
            _move(case, "submit", actor, {}, idempotency_key, opened=opened)
        return case


@dataclass(frozen=True)
class Asked:
    """One of many cases to be opened: its detail, its title, and the key that opens it once."""

    detail: dict[str, Any]
    title: str
    key: str


@transaction.atomic
def open_many(procedure: Procedure, actor: Actor, asked: Sequence[Asked]) -> list[Case]:
    """Open and submit many cases, written together at the end; keys that opened one before are left out.

    For a procedure whose submission only routes: no papers, no effect, no letter. The detail's own columns are checked
    here, what it refers to and what must be unique by the database: one that is wrong undoes them all.

    :raises TypeError: submitting does more than routing.
    """
    rights.may_apply(procedure, actor)
    row = procedure.transition("submit", DRAFT)
    if row is None or row.bar or row.guard or row.effect or row.letter or row.after or procedure.attachments:
        raise TypeError(f"{procedure.code}: submitting does more than routing")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"cases/{procedure.code}"])
    known = Case.objects.filter(opened_by=actor.user, idempotency_key__in=[each.key for each in asked])
    keys = set(known.values_list("idempotency_key", flat=True))
    fresh = [each for each in asked if each.key not in keys]
    opened = named_many(len(fresh)) if fresh else []
    with rows.together(), at_one_moment():
        for case, each in zip(opened, fresh, strict=True):
            case.unwritten = _open(
                case, procedure, actor, each.detail, title=each.title, idempotency_key=each.key, submit=True
            )
            _move(case, "submit", actor, {}, each.key, opened=case.unwritten, follow=False)
    for case in opened:
        _follow(case, row)
        case.unwritten = None
    return opened


@transaction.atomic
def save_draft(case: Case, actor: Actor, detail: dict[str, Any]) -> CaseDetail:
    """Keep what has been typed so far on a draft, or on a case sent back for supplement.

    :raises NotOpen: once the case is submitted.
    """
    case = _lock(case)
    state = case.standing
    if case.state != DRAFT and not state.waits_for_applicant:
        raise NotOpen(_("该事项已提交，不能再修改。需要更正时请先撤回，或等待补正通知。"))
    if not rights.is_applicant(case, actor):
        raise PermissionDenied(_("只有申请人可以修改申请内容。"))
    handover.check_hand(case, actor)
    row = case.detail
    for name, value in detail.items():
        setattr(row, name, value)
    row.save()
    return row


def perform(case: Case, action: str, actor: Actor, *, idempotency_key: str | None = None, **data: Any) -> Case:
    """Do one action on a case and return it as it then stands.

    ``data`` is what the transition's form asks for (``reason``, ``clause``, ``office`` …). A second call
    with the same key changes nothing and returns the case.

    :raises NotOpen: the action is not open in this state.
    :raises PermissionDenied: the actor may not do it; the attempt stays on record.
    :raises ValidationError: what was given is not enough or not right.
    """
    with _refusal_on_record(action, actor, case.number), transaction.atomic():
        locked = _lock(case)
        if idempotency_key and _done_before(locked, action, idempotency_key):
            return locked
        _move(locked, action, actor, data, idempotency_key)
    return locked


def _done_before(case: Case, action: str, key: str) -> bool:
    """Whether the key did the action before.

    :raises ValidationError: it did another one.
    """
    done = case.steps.filter(idempotency_key=key).values_list("action", flat=True).first()
    if done not in (None, action):
        raise _doubled(_("这个 Idempotency-Key 已用于另一个操作，请换一个新的。"))
    return done is not None


@contextmanager
def _refusal_on_record(action: str, actor: Actor, target: str) -> Iterator[None]:
    """A refused attempt stays on record, although everything it did is undone."""
    try:
        yield
    except PermissionDenied as refusal:
        log.denied(f"case.{action}", actor=actor, target=target, reason=str(refusal))
        raise


@transaction.atomic
def attach(case: Case, kind: str, actor: Actor, *, file: UploadedFile | None = None, held: str = "") -> CasePaper:
    """Attach a paper to a case: a file handed in, or one already held, by its reference.

    :raises NotOpen: when no papers are taken any more.
    :raises ValidationError: on ``kind``, ``file`` or ``held``.
    """
    case = _lock(case)
    _takes_papers(case, actor)
    return papers.attach(case, kind, actor, file=file, held=held)


@transaction.atomic
def detach(case: Case, ref: str, actor: Actor) -> None:
    """Take a paper off a case again; it stays held for other matters."""
    case = _lock(case)
    _takes_papers(case, actor)
    papers.detach(case, ref, actor)


def _takes_papers(case: Case, actor: Actor) -> None:
    if not rights.may_attach(case, actor):
        raise NotOpen(_("该事项现在不能增减材料。需要补充时，请等待补正通知或联系办理单位。"))


def _lock(case: Case) -> Case:
    """The case as it stands now, locked: the whole before its part, so two parts and a withdrawal take turns."""
    if case.parent_id is not None:
        Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.parent_id)
    return Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)


def _move(
    case: Case,
    action: str,
    actor: Actor,
    data: dict[str, Any],
    key: str | None = None,
    *,
    opened: CaseDetail | None = None,
    follow: bool = True,
) -> None:
    """One row of the table, carried out, and what follows from it by itself.

    ``opened`` is the detail of a case begun in this very transaction.
    """
    procedure, source = case.definition, case.state
    row = _open_row(case, action, actor)
    submitting = source == DRAFT and row.target not in (DRAFT, DISCARDED)
    if submitting and opened is None:
        handover.submit(case, actor)
    if row.guard is not None:
        row.guard(case, actor, data)
    at = clock.now()
    held_by = case.office
    held = _submit(case, opened or case.detail, procedure, actor, at) if submitting else []
    if row.target is not None:
        case.state = row.target
    counterpart = _hand_over(case, row, actor, data, at)
    if row.effect is not None:
        if held:
            rows.write(case, *held)  # what has an effect may look at them
            held = []
        row.effect(case, actor, data)
    # A closed case that moves on to another final state was closed when it was first decided; a draft
    # that is given up was never with an office, so no office closes it.
    case.closed_at = (case.closed_at or at) if case.standing.final and case.submitted_at else None
    passed_to = counterpart or (case.office if case.office != held_by else None)
    step = _step(case, row, actor, data, at, source=source, counterpart=passed_to, key=key)
    rows.write(
        *held,
        case,
        step,
        *_turn_clocks(case, procedure, row, at, data),
        log.event(case.about, row.action, actor=actor, target=procedure.code, data={"from": source, "to": case.state}),
    )
    _tell(step, row, actor, data, counterpart)
    todos.changed(case.applicant)
    case_moved.send(Case, case=case, row=row, actor=actor, data=data)
    if row.after is not None:
        row.after(case, actor, data)
    if follow:
        _follow(case, row)


def _follow(case: Case, row: Transition) -> None:
    """The step the procedure takes by itself after this one, if any."""
    following = row.then(case) if row.then is not None else None
    if following is not None:
        _move(case, following, Actor.system("decision"), {})


def _open_row(case: Case, action: str, actor: Actor) -> Transition:
    """The row of the table for an action that is open here and to this actor."""
    row = case.definition.transition(action, case.state)
    if row is None:
        raise NotOpen(
            _("该事项目前是“%(state)s”，不能进行这个操作。请刷新页面后再试。") % {"state": case.standing.label}
        )
    if not rights.allowed(case, row, actor):
        raise PermissionDenied(_("您没有办理这一步的权限。"))
    rights.check_bar(case, row, actor)
    return row


def _submit(case: Case, detail: CaseDetail, procedure: Procedure, actor: Actor, at: dt.datetime) -> list[Custody]:
    """Check what was applied for and route it; returns who holds the case from now on, not written yet."""
    if case.unwritten is None:
        detail.full_clean(exclude=["case"])
    else:
        detail.clean_fields(exclude=[each.name for each in detail._meta.fields if each.is_relation])  # noqa: SLF001
    papers.complete(case, actor)
    if procedure.validate is not None:
        procedure.validate(detail)
    case.submitted_at = at
    held = [custody.given(case, procedure.route(case), at)]
    asked_by = procedure.requester(case) if procedure.requester is not None else None
    if asked_by is not None and asked_by.pk != case.office_id:
        held.append(custody.sent_from(case, asked_by, at))
    return held


def _hand_over(case: Case, row: Transition, actor: Actor, data: dict[str, Any], at: dt.datetime) -> Office | None:
    """Offer, take over or give back the case; returns the office it is with, or shall be, from then on."""
    if row.action == "transfer":
        custody.offer(case, data["office"], at, data["reason"])
        return data["office"]
    if row.action == "receive":
        custody.receive(case, actor.office, at)
        return case.office
    if row.action == "decline":
        custody.decline(case, actor.office, at)
        return case.office
    if case.standing.final:
        custody.withdraw_offer(case, at)
    return None


def _turn_clocks(
    case: Case, procedure: Procedure, row: Transition, at: dt.datetime, data: dict[str, Any]
) -> list[Clock]:
    """What the action does to the clocks; returns those it starts, not written yet."""
    if row.pauses:
        clocks.pause(case, at, data.get("reason", ""))
    if row.resumes:
        clocks.resume(case, at)
    if row.action == "extend":
        clocks.extend(case, at)
    started = clocks.on_action(case, procedure, row.action, at)
    if case.standing.final:
        clocks.stop_all(case, at)
        for clock in started:
            clock.stopped_at = at
    return started


def _step(case, row, actor, data, at, *, source, counterpart, key) -> Step:
    return Step(
        case=case,
        at=at,
        action=row.action,
        source=source,
        target=case.state,
        user=actor.user,
        user_label=actor.label,
        office=actor.office,
        office_label=str(actor.office or ""),
        party_label=str(actor.party or ""),
        target_office=counterpart,
        target_office_label=str(counterpart or ""),
        channel=actor.channel,
        reason=data.get("reason", ""),
        told=data.get("told"),
        clause=data.get("clause", ""),
        public=row.public,
        idempotency_key=key,
    )


def _tell(step: Step, row: Transition, actor: Actor, data: dict[str, Any], counterpart: Office | None) -> None:
    case = step.case
    if case.applicant is None:
        return
    if row.letter:
        letters.issue(
            row.letter,
            case.applicant,
            {
                "number": case.number,
                "title": case.title,
                "reason": data.get("reason", ""),
                "clause": data.get("clause", ""),
                "office": str(case.office),
            },
            actor=actor,
            about=case.about,
        )
    if row.notice:
        outbox.send(
            row.notice,
            case.applicant,
            {
                "number": case.number,
                "title": _heading(case),
                "state": case.standing.label,
                "reason": _said(step),
                "office": str(counterpart or case.office),
            },
            about=case.about,
        )


# A notice is written in the language of whoever gets it, not of whoever took the step.
_said, _heading = lazy(lambda step: step.said, str), lazy(lambda case: case.heading, str)


def _doubled(message: str) -> ValidationError:
    return ValidationError({"Idempotency-Key": ValidationError(message, code="doubled_key")})
