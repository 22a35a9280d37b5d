"""Checking in at the site: the code a visitor shows, and what it opens (Art 10)."""

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.appointments.models import Booking

_signer = signing.Signer(salt="appointments.check-in", sep=".")


def checkin_token(booking: Booking) -> str:
    """What the QR code of an appointment says: its number, signed, and nothing about the person."""
    return _signer.sign(booking.ref)


def find_by_token(token: str) -> Booking | None:
    """The appointment behind a code, or None when the code is not one of ours."""
    try:
        ref = _signer.unsign(token.strip())
    except signing.BadSignature:
        return None
    return (
        Booking.objects.select_related("slot__site", "slot__line", "visitor__person", "party").filter(ref=ref).first()
    )


@transaction.atomic
def attend(booking: Booking, actor: Actor) -> Booking:
    """The visitor has come. Doing it again changes nothing.

    :raises PermissionDenied: when the actor neither serves at the site nor is the site's own check-in (system).
    :raises ValidationError: when it is not an appointment of today.
    """
    if not actor.is_system and not Booking.objects.visible_to(actor).filter(pk=booking.pk).exists():
        log.denied("appointment.attend", actor=actor, target=booking.ref, reason="not theirs")
        raise PermissionDenied
    row = Booking.objects.select_for_update(no_key=True, of=("self",)).select_related("slot").get(pk=booking.pk)
    if row.state == Booking.State.ATTENDED:
        return row
    if row.day != clock.today():
        raise ValidationError(_("这不是今天的预约，请核对预约日期。"), code="other_day")
    if row.state != Booking.State.CONFIRMED:
        raise ValidationError(_("这个预约没有确认或者已经取消，请现场取号。"), code="not_confirmed")
    row.state = Booking.State.ATTENDED
    row.save(update_fields=["state"])
    log.record(f"appointment/{row.ref}", "attend", actor=actor)
    return row
