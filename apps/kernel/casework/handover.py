"""Hand a draft over by a short code (接续码, Art 11): from home to the counter and back, or to another device.

The code is the taxpayer's word that whoever enters it may go on. At the counter the clerk then fills in
that one draft and nothing else of the taxpayer; the taxpayer sees who has it and can take it back.
"""

import datetime as dt

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.casework import handover_codes as codes
from apps.kernel.casework.handover_models import HandOver
from apps.kernel.casework.models import Case, Step
from apps.kernel.casework.procedures import DRAFT
from apps.kernel.parties.acting import identity
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock

VALID_FOR = dt.timedelta(hours=48)
HELD_FOR = dt.timedelta(hours=4)
CLERKS = frozenset({Role.CLERK, Role.OFFICER})
Ending = HandOver.Ending

WRONG_TRIES, WRONG_WINDOW = 10, 600


class WrongCode(ValidationError):
    """Mistyped, expired, used or never issued: the answer is the same."""

    def __init__(self) -> None:
        super().__init__(
            {"code": _("接续码不正确或者已经失效。请核对后重新输入，或者请申请人重新取码。")}, code="wrong_code"
        )


@transaction.atomic
def issue(case: Case, actor: Actor) -> tuple[HandOver, str]:
    """A new code for a draft, told this once; a code before it stops working.

    A clerk who holds the draft hands it back with the new code.
    """
    locked = _draft(case, actor)
    live = _live(locked)
    if actor.draft:
        _end(live, Ending.RETURNED)
    elif live is not None:
        if holds(live):
            raise ValidationError(_("草稿正由窗口代填。需要自己继续时，请先收回。"))
        _end(live, Ending.REPLACED)
    code = codes.new()
    row = HandOver.objects.create(
        case=locked,
        code_hash=codes.digest(code),
        issued_by=actor.person,
        issued_through=actor.channel,
        expires_at=clock.now() + VALID_FOR,
    )
    _note(locked, "hand_over.returned" if actor.draft else "hand_over.issued", actor)
    return row, code


@transaction.atomic
def take_at_counter(typed: str, actor: Actor, *, present: bool) -> Case:
    """Let a clerk go on with the draft behind a code. Of two clerks with the same code one gets it.

    :raises WrongCode: whatever is wrong with the code.
    """
    require_clerk(actor)
    row = _redeem(typed, actor)
    _take(row, actor.at_counter, present=present)
    return row.case


def begin_held(case: Case, clerk: Actor) -> None:
    """A draft just begun at the window is in the clerk's hands; its applicant stands there, so nobody needs a code."""
    now = clock.now()
    row = HandOver(
        case=case,
        code_hash=codes.digest(codes.new()),
        issued_by=clerk.user,
        issued_through=Channel.COUNTER,
        issued_at=now,
        expires_at=now + HELD_FOR,
    )
    _take(row, clerk.at_counter, present=True)


def require_clerk(actor: Actor) -> None:
    """
    :raises PermissionDenied: the actor does not serve at the counter of a tax office.
    """
    if actor.office is None or not actor.office.is_tax or not actor.roles & CLERKS or actor.party is not None:
        log.denied("hand_over.take", actor=actor, target="hand-over", reason="not a clerk of a tax office")
        raise PermissionDenied


def _take(row: HandOver, clerk: Actor, *, present: bool) -> None:
    row.taken_at, row.taken_by, row.office = clock.now(), clerk.user, clerk.office
    row.present, row.held_until = present, clock.now() + HELD_FOR
    row.save()
    reason = _("申请人在场，已核对身份。") if present else _("申请人不在场，只能代填，不能代为提交。")
    _note(row.case, "hand_over.taken", clerk, reason)
    if row.case.applicant is not None:
        log.read(actor=clerk, party_id=row.case.applicant.pk, what=row.case.about, purpose=Purpose.HAND_OVER)


@transaction.atomic
def continue_elsewhere(typed: str, actor: Actor) -> Case:
    """Let a signed-in taxpayer go on with the draft on another device, or from the counter at home.

    :raises WrongCode: also when the user may not act for the applicant.
    """
    row = _redeem(typed, actor)
    applicant = row.case.applicant
    acting = identity(actor.person, applicant.ref) if applicant is not None else None
    may = acting is not None and (acting.mandate is None or acting.mandate.covers(matter=row.case.procedure))
    if not may:
        raise WrongCode
    row.taken_at, row.taken_by = clock.now(), actor.user
    _end(row, Ending.CONTINUED)
    _note(row.case, "hand_over.continued", actor)
    return row.case


@transaction.atomic
def take_back(case: Case, actor: Actor) -> Case:
    """The applicant's side has its draft again at once, whatever the clerk was doing; unused codes stop working."""
    locked = _draft(case, actor)
    if actor.draft:
        raise PermissionDenied
    live = _live(locked)
    if live is not None:
        _end(live, Ending.TAKEN_BACK)
        _note(locked, "hand_over.taken_back", actor)
    return locked


def holder(case: Case) -> HandOver | None:
    """The hand-over by which a clerk fills the draft in at present, if any."""
    live = HandOver.objects.filter(case=case, ended_at__isnull=True).select_related("office").first()
    return live if live is not None and holds(live) else None


def holds(row: HandOver) -> bool:
    """Whether a clerk has the draft; after ``held_until`` it is the applicant's again by itself."""
    return row.held_until is not None and row.ended_at is None and row.held_until > clock.now()


def held_by(actor: Actor) -> list[HandOver]:
    """The drafts a clerk fills in at present."""
    rows = HandOver.objects.filter(
        taken_by=actor.user, office=actor.office, ended_at__isnull=True, held_until__gt=clock.now()
    )
    return list(rows.select_related("case__applicant"))


def at_desk(staff: Actor, party_ref: str, number: str) -> Actor | None:
    """The clerk as filler-in of one draft of a party, or None. Registered with ``parties.acting``.

    What the clerk has submitted can still be looked at, for the confirmation, until the time is over.
    """
    row = (
        HandOver.objects.filter(
            Q(ended_at__isnull=True) | Q(ending=Ending.SUBMITTED),
            taken_by=staff.user,
            office=staff.office,
            held_until__gt=clock.now(),
            case__number=number,
            case__applicant__ref=party_ref,
        )
        .select_related("case__applicant")
        .first()
    )
    if row is None:
        return None
    return Actor(
        user=staff.user, party=row.case.applicant, office=staff.office, channel=Channel.COUNTER, draft=row.case.number
    )


def check_hand(case: Case, actor: Actor) -> None:
    """Refuse a change to a draft that somebody else has in hand.

    :raises ValidationError: saying who has it.
    """
    _check_hand(holder(case), case, actor)


def submit(case: Case, actor: Actor) -> None:
    """A submitted case is no draft any more: its code and its place at the counter end with it.

    :raises ValidationError: somebody else has the draft in hand, or the applicant must be there to submit.
    """
    live = _live(case)
    _check_submission(live, case, actor)
    if live is not None:
        _end(live, Ending.SUBMITTED)


def may_submit(case: Case, actor: Actor) -> None:
    """Whether a draft could be submitted now, for a page that only shows it: nothing is locked.

    :raises ValidationError: somebody else has the draft in hand, or the applicant must be there to submit.
    """
    _check_submission(HandOver.objects.filter(case=case, ended_at__isnull=True).first(), case, actor)


def _check_submission(live: HandOver | None, case: Case, actor: Actor) -> None:
    held = live if live is not None and holds(live) else None
    _check_hand(held, case, actor)
    if actor.draft and held is not None and not held.present:
        raise ValidationError(_("申请人不在场，不能代为提交。请交还草稿，由申请人自己提交。"))


def _check_hand(row: HandOver | None, case: Case, actor: Actor) -> None:
    if actor.draft:
        if row is None or row.taken_by_id != actor.person.pk or actor.draft != case.number:
            raise PermissionDenied(_("申请人已收回草稿，或者代填时间已过。"))
    elif row is not None:
        raise ValidationError(
            _("草稿正由%(office)s窗口代填。需要自己修改时，请先在办件页面收回。") % {"office": row.office}
        )


def _draft(case: Case, actor: Actor) -> Case:
    """The case, locked, if it is a draft of the actor's."""
    locked = Case.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.pk)
    if actor.party is None or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise PermissionDenied
    if locked.state != DRAFT:
        raise ValidationError(_("该事项已提交，不再需要接续码。"))
    return locked


def _live(case: Case) -> HandOver | None:
    return (
        HandOver.objects.select_for_update(no_key=True, of=("self",)).filter(case=case, ended_at__isnull=True).first()
    )


def _redeem(typed: str, actor: Actor) -> HandOver:
    """The hand-over behind a code, locked and unused; tries are counted per user."""
    key = f"hand-over-tries/{actor.person.pk}"
    if cache.get(key, 0) >= WRONG_TRIES:
        log.denied("hand_over.redeem", actor=actor, target="hand-over", reason="too many wrong codes")
        raise ValidationError({"code": _("输入错误次数过多，请 10 分钟后再试。")}, code="too_many_tries")
    code = codes.normalised(typed)
    row = None
    if codes.is_well_formed(code):
        row = (
            HandOver.objects.select_for_update(no_key=True, of=("self",))
            .select_related("case__applicant")
            .filter(
                code_hash=codes.digest(code),
                taken_at__isnull=True,
                ended_at__isnull=True,
                expires_at__gt=clock.now(),
                case__state=DRAFT,
            )
            .first()
        )
    if row is None:
        cache.add(key, 0, WRONG_WINDOW)
        cache.incr(key)
        raise WrongCode
    return row


def _end(row: HandOver | None, ending: str) -> None:
    if row is None:
        raise PermissionDenied
    row.ended_at, row.ending = clock.now(), ending
    row.save()


def _note(case: Case, action: str, actor: Actor, reason: str = "") -> None:
    """Both sides and their channels stay on the timeline."""
    Step.objects.create(
        case=case,
        action=action,
        source=case.state,
        target=case.state,
        user=actor.user,
        user_label=actor.label,
        office=actor.office,
        office_label=str(actor.office or ""),
        party_label=str(actor.party or ""),
        channel=actor.channel,
        reason=reason,
    )
    log.record(case.about, action, actor=actor)
