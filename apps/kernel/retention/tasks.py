"""Registers carried out in the background; sessions that have ended go without one."""

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.retention import destroying, kinds
from apps.kernel.retention.models import Register
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock


@shared_task(name="retention.carry_out")
def carry_out(register_id: int) -> int:
    """One approved register."""
    return destroying.carry_out(register_id)


@shared_task(name="retention.resume")
def resume() -> int:
    """Approved registers whose task was lost."""
    waiting = Register.objects.filter(state=Register.State.APPROVED, done_at=None).values_list("pk", flat=True)
    return sum(destroying.carry_out(pk) for pk in list(waiting))


@shared_task(name="retention.clear_sessions")
def clear_sessions() -> int:
    """Sessions that ended longer ago than their period: keys that open nothing any more, so nobody need approve."""
    past = kinds.before(clock.now(), terms.term("retention-session", clock.today()))
    gone, _each = Session.objects.filter(expire_date__lt=past).delete()
    there = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(there)).delete()  # where from and with which browser, of sessions that are gone
    if gone:
        log.record("retention/sessions", "retention.clear", actor=Actor.system("retention"), data={"sessions": gone})
    return gone
