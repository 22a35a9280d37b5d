"""Tell us what you need, change it, take it back; the office names who helps (Art 11, second paragraph)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Party, User
from apps.kernel.workcalendar import clock
from apps.services.access import is_clerk
from apps.services.appointments.models import Booking
from apps.services.assistance.models import HomeVisit, NeedsProfile
from apps.services.queue.models import Ticket


def people_of(actor: Actor) -> QuerySet[Party]:
    """The people whose needs an office may see: its own taxpayers, those it visits, those who come to its sites."""
    if not is_clerk(actor):
        return Party.objects.none()
    visited = HomeVisit.objects.filter(holds=True, case__office=actor.office).values("case__applicant")
    today = clock.today()
    booked = Booking.objects.current().filter(slot__site__office=actor.office, day__gte=today).values("visitor")
    queued = Ticket.objects.visible_to(actor).filter(day=today, party__isnull=False).values("party")
    met = Q(pk__in=visited) | Q(pk__in=booked) | Q(pk__in=queued)
    return Party.objects.filter(Q(office=actor.office) | met, kind=Party.Kind.PERSON)


@transaction.atomic
def save(party: Party, actor: Actor, *, consent: bool, **told: Any) -> NeedsProfile:
    """Keep what a person needs, with their consent given now.

    :raises ValidationError: without consent nothing is kept.
    """
    _may_write(party, actor, "needs.save")
    if not consent:
        message = _("没有您的同意，我们不能保存这些信息。请勾选同意，或者直接拨打 12366 说明需要。")
        raise ValidationError({"consent": ValidationError(message, code="consent")})
    profile = NeedsProfile.objects.select_for_update(no_key=True).filter(party=party).first() or NeedsProfile(
        party=party
    )
    for name, value in told.items():
        setattr(profile, name, value)
    if not profile.wants_assistant:
        profile.assistant = None
    profile.consented_at, profile.consented_through = clock.now(), actor.user
    profile.full_clean(validate_unique=False)
    profile.save()
    log.record(f"party/{party.ref}", "needs.saved", actor=actor, data={"consent": True})
    return profile


@transaction.atomic
def withdraw(party: Party, actor: Actor) -> None:
    """Take the consent back: what was told is erased."""
    _may_write(party, actor, "needs.withdraw")
    if NeedsProfile.objects.filter(party=party).delete()[0]:
        log.record(f"party/{party.ref}", "needs.erased", actor=actor)


@transaction.atomic
def name_assistant(party: Party, officer: User, *, actor: Actor) -> NeedsProfile:
    """The office names who accompanies a person from beginning to end (全程协助), and tells them."""
    if not people_of(actor).filter(pk=party.pk).exists():
        _refuse(party, actor, "needs.name_assistant")
    profile = NeedsProfile.objects.select_for_update(no_key=True).filter(party=party, wants_assistant=True).first()
    if profile is None:
        raise ValidationError(_("对方没有提出全程协助，或者已经撤回。请刷新页面核对。"))
    if not officers(actor).filter(pk=officer.pk).exists():
        raise ValidationError({"assistant": _("请从本单位在岗人员中选择。")})
    if profile.assistant_id != officer.pk:
        profile.assistant = officer
        profile.save(update_fields=["assistant"])
        log.record(f"party/{party.ref}", "needs.assistant_named", actor=actor, data={"assistant": officer.pk})
        context = {"assistant": str(officer), "office": str(actor.office), "phone": actor.office.phone or "12366"}
        outbox.send("assistant-named", party, context, about=f"party/{party.ref}")
    return profile


def officers(actor: Actor) -> QuerySet[User]:
    """Who may be named: everyone at work in the office."""
    at_work = Membership.objects.in_force().filter(office=actor.office)
    return User.objects.filter(pk__in=at_work.values("user"), is_active=True).order_by("display_name")


def _may_write(party: Party, actor: Actor, action: str) -> None:
    mine = actor.party == party and party.kind == Party.Kind.PERSON
    if not mine and not (actor.party is None and people_of(actor).filter(pk=party.pk).exists()):
        _refuse(party, actor, action)


def _refuse(party: Party, actor: Actor, action: str) -> None:
    log.denied(action, actor=actor, target=party.ref, reason="neither the person nor their office")
    raise PermissionDenied
