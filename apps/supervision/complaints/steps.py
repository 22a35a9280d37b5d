"""What may be done with a complaint, by whom, and what it brings about (Art 31)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.kernel.casework import clocks, custody
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import DONE, recorded
from apps.kernel.documents import letters
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from apps.supervision.complaints.models import Complaint, Kind

ACCEPT_CLOCK = "complaint-accept"
HANDLE_CLOCKS = ("complaint-fast-lane", "complaint-handle-manner", "complaint-handle-quality")
AWAIT_CALL_BACK = "await_call_back"
BAD = 2  # a rating up to here is a bad one (差评)

Data = dict[str, Any]


def impartial(case: Case, actor: Actor) -> None:
    """Whoever is complained of has no hand in the complaint (回避).

    :raises PermissionDenied: when the actor is the person the complaint names.
    """
    if Complaint.objects.against(actor).filter(pk=case.pk).exists():
        raise PermissionDenied(_("被投诉人不能办理对自己的投诉，请由其他同事办理。"))


def kept_from(actor: Actor) -> Q:
    """The cases whoever is complained of does not see either: who complained, and what was said, is not for them."""
    return Q(pk__in=Complaint.objects.against(actor).values("pk"))


def accepted(case: Case, actor: Actor, data: Data) -> None:
    """Take the complaint on; the officer may put its kind right, and it into the fast lane."""
    case.handler = actor.user
    complaint: Complaint = case.detail
    complaint.kind = data.get("kind") or complaint.kind
    complaint.fast = bool(data.get("fast"))
    complaint.full_clean(exclude=["case"])
    complaint.save(update_fields=["kind", "fast"])


def is_fast(case: Case) -> bool:
    """Complaints in the fast lane of a tax office have the shortest term."""
    return case.office.is_tax and case.detail.in_fast_lane


def is_manner(case: Case) -> bool:
    """Other complaints about manner are handled in the shorter term."""
    return not is_fast(case) and case.detail.kind == Kind.MANNER


def is_more(case: Case) -> bool:
    """Other complaints about quality and rights have the longer term."""
    return not is_fast(case) and case.detail.kind != Kind.MANNER


def silence_has_accepted(case: Case, actor: Actor) -> None:
    """A named complaint nobody has answered in time counts as accepted, even before the clock has written it down.

    :raises ValidationError: from that moment on.
    """
    ran_out = case.clocks.filter(term=ACCEPT_CLOCK, stopped_at__isnull=True, due_at__lt=clock.now())
    if case.applicant_id is not None and ran_out.exists():
        raise ValidationError(_("受理期限已过，这件投诉依法视为受理，不能再决定不予受理。"))


def silence_told(case: Case, actor: Actor, data: Data) -> None:
    """Say on the record from when the complaint counts as accepted."""
    due = case.clocks.filter(term=ACCEPT_CLOCK).latest("pk").due_at
    data["reason"] = _("受理期限 %(day)s 届满未告知是否受理，自该日起视为受理。") % {"day": clocks.day(due)}


def from_the_due_moment(case: Case, actor: Actor, data: Data) -> None:
    """What is accepted by silence is handled from the moment the silence took effect, not from when it was noticed."""
    due = case.clocks.filter(term=ACCEPT_CLOCK).latest("pk").due_at
    running = case.clocks.filter(term__in=HANDLE_CLOCKS, stopped_at__isnull=True)
    running.update(started_at=due)
    clocks.rederive(running)


def transferred(case: Case, actor: Actor, data: Data) -> None:
    """The complainant is told in writing where the complaint goes and why."""
    if case.applicant is None:
        return
    letters.issue(
        "transfer-notice",
        case.applicant,
        {
            "number": case.number,
            "title": case.title,
            "office": str(data["office"]),
            "from_office": str(case.office),
            "reason": data["reason"],
        },
        actor=actor,
        about=case.about,
    )


def received(case: Case, actor: Actor, data: Data) -> None:
    """The receiver has acknowledged: the complainant knows who handles it now."""
    if case.applicant is not None:
        outbox.send(
            "complaint-received",
            case.applicant,
            {"number": case.number, "title": case.title, "office": str(case.office)},
            about=case.about,
        )


def answered(case: Case, actor: Actor, data: Data) -> None:
    """Keep the finding, and let the answer begin with it.

    :raises ValidationError: on ``outcome``.
    """
    if data.get("outcome") not in Complaint.Outcome.values:
        raise ValidationError({"outcome": _("请选择调查结论：属实、部分属实或者不属实。")})
    complaint: Complaint = case.detail
    complaint.outcome = data["outcome"]
    complaint.save(update_fields=["outcome"])
    to_be_rated(case, actor, data)
    data["reason"] = recorded(complaint.get_outcome_display()) + "。" + data["reason"]


def answered_at_once(case: Case, actor: Actor, data: Data) -> None:
    """Who answers what needs no finding out has handled it."""
    case.handler = actor.user
    answered(case, actor, data)


def to_be_rated(case: Case, actor: Actor, data: Data) -> None:
    """Each answer is rated by itself: what the complainant thought of an earlier one stays as the lowest rating."""
    complaint: Complaint = case.detail
    complaint.rating = None
    complaint.save(update_fields=["rating"])


def not_reopened_before(case: Case, actor: Actor) -> None:
    """A complainant may have the complaint handled again once."""
    if case.detail.reopened_at is not None:
        raise ValidationError(_("重新处理只能要求一次。仍不满意的，可以申请上级复核。"))


def reopened(case: Case, actor: Actor, data: Data) -> None:
    """Handled again, with the full term."""
    complaint: Complaint = case.detail
    complaint.reopened_at = clock.now()
    complaint.save(update_fields=["reopened_at"])


def not_rated_before(case: Case, actor: Actor) -> None:
    """One rating of one answer."""
    if case.detail.rating is not None:
        raise ValidationError(_("您已经评价过这次处理。"), code=DONE)


def rated(case: Case, actor: Actor, data: Data) -> None:
    """Keep the rating; a bad one is told to the superior, which sees to it (差评督办).

    :raises ValidationError: on ``rating``.
    """
    complaint: Complaint = case.detail
    complaint.rating = data.get("rating")
    if complaint.rating not in range(1, 6):
        raise ValidationError({"rating": _("请选择 1 到 5 之间的满意度。")})
    complaint.lowest_rating = min(complaint.rating, complaint.lowest_rating or complaint.rating)
    complaint.save(update_fields=["rating", "lowest_rating"])
    superior = case.office.parent or case.office
    if complaint.rating <= BAD:
        context = {"number": case.number, "office": str(case.office), "reason": data.get("reason", "")}
        outbox.send("complaint-rated-badly", superior, context, about=case.about)


def after_rating(case: Case) -> str | None:
    """Whoever gave a bad rating is called back; after a review the superior has spoken, and nobody is."""
    badly = case.detail.rating <= BAD and case.state == "answered" and case.applicant is not None
    return AWAIT_CALL_BACK if badly else None


def has_superior(case: Case, actor: Actor) -> None:
    """A review needs an office above the one that answered."""
    if case.office.parent is None:
        raise ValidationError(_("办理单位没有上级单位可以复核。您可以要求重新处理，或者依法申请行政复议。"))


def review_told(case: Case, actor: Actor, data: Data) -> None:
    """The superior finds the review in its inbox."""
    context = {"number": case.number, "office": str(case.office), "reason": data["reason"]}
    outbox.send("complaint-review-asked", case.office.parent, context, about=case.about)


def reviewer(case: Case, actor: Actor) -> None:
    """In the superior office, those who decide."""
    if not actor.roles & {Role.CHIEF, Role.OFFICER}:
        raise PermissionDenied(_("复核由上级单位的审批岗作出。"))


def proposed(case: Case, actor: Actor, data: Data) -> None:
    """Mediation needs the consent of both sides: the office gives its own with the proposal.

    :raises ValidationError: on ``office_agrees``.
    """
    if not data.get("office_agrees"):
        raise ValidationError({"office_agrees": _("被投诉单位同意后才能提出调解。")})
    complaint: Complaint = case.detail
    complaint.mediator = data["mediator"]
    complaint.save(update_fields=["mediator"])


def both_agree(case: Case, actor: Actor, data: Data) -> None:
    """Now the street sees the complaint and is asked to mediate; the office keeps holding the case."""
    complaint: Complaint = case.detail
    custody.offer(case, complaint.mediator, clock.now(), _("双方同意由您单位调解。"))
    outbox.send(
        "complaint-mediation",
        complaint.mediator,
        {"number": case.number, "office": str(case.office)},
        about=case.about,
    )


def mediation_failed(case: Case, actor: Actor, data: Data) -> None:
    """The street is done; the office goes on where it stopped."""
    custody.withdraw_offer(case, clock.now())
