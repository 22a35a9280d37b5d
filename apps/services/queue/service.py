"""Drawing tickets, checking bookings in, opening a window and calling the next person (Arts 10, 11)."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.services.access import is_clerk
from apps.services.appointments import arrivals
from apps.services.appointments.models import Booking
from apps.services.assistance import needs
from apps.services.queue import moves, turns
from apps.services.queue.models import Shift, Ticket, TicketEvent
from apps.services.sites import directory
from apps.services.sites.models import BusinessLine, Site, SiteMatter, Window, WindowKind

LIVE = (Ticket.State.WAITING, *Ticket.AT_WINDOW)


@transaction.atomic
def draw(site: Site, line: BusinessLine, *, actor: Actor, party: Party | None = None, declared: bool = False) -> Ticket:
    """A ticket for somebody who walks in. Somebody known who has one already gets that one again.

    ``declared``: they say at the machine that they are elderly or disabled; the window checks.

    :raises ValidationError: when the site is closed or does not serve the line.
    """
    matter = _matter(site, line)
    if party is not None:
        held = Ticket.objects.today().filter(site=site, party=party, state__in=LIVE).first()
        if held is not None:
            return held
    return _issue(matter, actor, kind=Ticket.Kind.WALK_IN, party=party, reason=_reason(party, declared=declared))


@transaction.atomic
def check_in(site: Site, token: str, *, actor: Actor) -> Ticket:
    """The ticket of somebody with a booking, by the code they show. Showing it twice gives the same ticket.

    :raises ValidationError: when the code is none, or the booking is for another site or day.
    """
    try:
        return _admit(site, arrivals.find_by_token(token), Actor.system("check-in"), actor)
    except ValidationError as refusal:
        raise ValidationError({"token": refusal.error_list}) from refusal


@transaction.atomic
def check_in_by_number(site: Site, number: str, *, actor: Actor) -> Ticket:
    """The same for somebody who tells their booking's number at the counter.

    :raises ValidationError: when the office has no such booking, or it is for another site or day.
    """
    return _admit(site, Booking.objects.visible_to(actor).filter(ref=number.strip().lower()).first(), actor, actor)


def _admit(site: Site, booking: Booking | None, by: Actor, actor: Actor) -> Ticket:
    if booking is None:
        raise ValidationError(_("没有认出这个预约码。请核对，或者直接取号。"), code="token")
    if booking.slot.site_id != site.pk:
        message = _("这个预约是在%(site)s，请到那里签到，或者在这里直接取号。") % {"site": booking.slot.site}
        raise ValidationError(message, code="site")
    matter = _matter(site, booking.slot.line)
    held = Ticket.objects.filter(booking=booking).first()
    if held is not None:
        return held
    booking = arrivals.attend(booking, by)
    return _issue(
        matter, actor, kind=Ticket.Kind.BOOKED, party=booking.visitor, booking=booking, reason=_reason(booking.visitor)
    )


@transaction.atomic
def open_window(window: Window, actor: Actor) -> Shift:
    """Sit down at a window. Doing it again changes nothing; a colleague's window stays theirs."""
    _serves(actor, window.site)
    mine = Shift.objects.filter(clerk=actor.user, closed_at__isnull=True).select_related("window").first()
    if mine is not None and mine.window_id == window.pk:
        return mine
    if mine is not None:
        raise _wrong("window", _("您已经打开%(window)s，请先关窗。") % {"window": mine.window}, "open")
    if not window.active or not window.site.active or window.kind == WindowKind.MACHINE:
        raise _wrong("window", _("这个窗口没有启用，请另选一个。"), "inactive")
    try:
        with transaction.atomic():
            shift = Shift.objects.create(window=window, clerk=actor.user)
    except IntegrityError as error:
        raise _wrong("window", _("这个窗口已有同事在用，请另选一个。"), "taken") from error
    log.record(f"window/{window.pk}", "window.open", actor=actor)
    return shift


@transaction.atomic
def close_window(actor: Actor) -> None:
    """Leave the window; whoever is being served there is finished or sent on first."""
    shift = _shift(actor)
    if Ticket.objects.filter(window=shift.window, state__in=Ticket.AT_WINDOW).exists():
        raise ValidationError(_("请先办完或者转走当前的号，再关窗。"), code="busy")
    shift.closed_at = clock.now()
    shift.save(update_fields=["closed_at"])
    log.record(f"window/{shift.window_id}", "window.close", actor=actor)


@transaction.atomic
def next_ticket(actor: Actor) -> Ticket | None:
    """Call the next person to the actor's window, or None when nobody waits.

    Two who press at the same moment get different people: each skips the row the other has locked.
    """
    shift = _shift(actor)
    if Ticket.objects.filter(window=shift.window, state__in=Ticket.AT_WINDOW).exists():
        raise ValidationError(_("请先办完、过号或者转走当前的号，再叫下一位。"), code="busy")
    ticket = _first(shift.window)
    if ticket is not None:
        moves.apply(ticket, "call", actor, to=shift.window)
    return ticket


@transaction.atomic
def end_past_days() -> int:
    """Close what earlier days left open: tickets and windows. A second run finds nothing."""
    night, today = Actor.system("end of day"), clock.today()
    left = Ticket.objects.filter(day__lt=today, state__in=(*LIVE, Ticket.State.MISSED))
    rows = list(left.select_for_update(no_key=True, skip_locked=True, of=("self",)))
    for ticket in rows:
        moves.apply(ticket, "expire", night, reason="日终")
    midnight = timezone.make_aware(dt.datetime.combine(today, dt.time.min))
    Shift.objects.filter(closed_at__isnull=True, opened_at__lt=midnight).update(closed_at=clock.now())
    return len(rows)


def shift_of(actor: Actor) -> Shift | None:
    """The window the actor has open."""
    open_now = Shift.objects.filter(clerk=actor.user, closed_at__isnull=True)
    return open_now.select_related("window__site").first()


def current(shift: Shift) -> Ticket | None:
    """The ticket at a window now."""
    return (
        Ticket.objects.filter(window=shift.window, state__in=Ticket.AT_WINDOW).select_related("line", "party").first()
    )


def _first(window: Window) -> Ticket | None:
    rows = (
        Ticket.objects.today()
        .for_window(window)
        .waiting()
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
    )
    if window.kind == WindowKind.GREEN:
        # The green channel takes those with priority first, but lets nobody wait beyond the limit for it.
        overdue = rows.filter(turn_at__lte=clock.now() - turns.policy().green_limit)
        return overdue.first() or rows.exclude(priority_reason="").first() or rows.first()
    return rows.first()


def _issue(
    matter: SiteMatter,
    actor: Actor,
    *,
    kind: str,
    party: Party | None,
    reason: str,
    booking: Booking | None = None,
) -> Ticket:
    site, now = matter.site, clock.now()
    if not site.active or not directory.is_open(site, now):
        raise ValidationError(_("现在不在服务时间，不能取号。请在服务时间内取号，或者预约。"), code="closed")
    letter = _letter(matter)
    booked_for = booking.slot.starts_at if booking is not None else None
    serials = Ticket.objects.today().filter(site=site, letter=letter).aggregate(last=Max("serial"))
    ticket = Ticket.objects.create(
        site=site,
        line=matter.line,
        letter=letter,
        serial=(serials["last"] or 0) + 1,
        kind=kind,
        party=party,
        booking=booking,
        priority_reason=reason,
        turn_at=turns.turn_at(now, turns.policy(), priority=bool(reason), booked_for=booked_for),
    )
    TicketEvent.objects.create(
        ticket=ticket, action="draw", target=ticket.state, by=actor.user, reason=ticket.priority_reason
    )
    log.record(ticket.about, "ticket.draw", actor=actor, data={"kind": kind, "priority": bool(reason)})
    return ticket


def _matter(site: Site, line: BusinessLine) -> SiteMatter:
    """The line at the site, locked: numbers of one series are given one after another."""
    rows = SiteMatter.objects.select_for_update(no_key=True, of=("self",)).select_related("site", "line")
    matter = rows.filter(site=site, line=line, line__active=True).first()
    if matter is None:
        raise _wrong("line", _("这个网点不办理所选业务，请另选。"), "line")
    return matter


def _letter(matter: SiteMatter) -> str:
    """The line's letter at the site: A for its first line, B for the second."""
    offered = list(SiteMatter.objects.filter(site=matter.site).values_list("pk", flat=True))
    return chr(ord("A") + offered.index(matter.pk) % 26)


def _reason(party: Party | None, *, declared: bool = False) -> str:
    """Why a ticket has priority, as the record keeps it: in Chinese, whatever the reader's language."""
    with translation.override(settings.LANGUAGE_CODE):
        known = needs.of(party).reason if party is not None else ""
        return known or (_("现场声明，由窗口核对") if declared else "")


def _serves(actor: Actor, site: Site) -> None:
    if not is_clerk(actor) or site.office_id != actor.office.pk:
        log.denied("queue.serve", actor=actor, target=site.code, reason="not a clerk of the site's office")
        raise PermissionDenied


def _shift(actor: Actor) -> Shift:
    """The actor's open window, locked: one press after another."""
    rows = Shift.objects.select_for_update(no_key=True, of=("self",)).select_related("window__site")
    shift = rows.filter(clerk=actor.user, closed_at__isnull=True).first() if actor.user is not None else None
    if shift is None:
        raise ValidationError(_("请先打开一个窗口。"), code="no_window")
    _serves(actor, shift.window.site)
    return shift


def _wrong(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})
