"""What is on an office's desk, part by part: the figures of its workbench and the lists they lead to (Arts 11, 22)."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseQuerySet, ClockPause
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI

PARTS = {
    "overdue": _("已超期"),
    "today": _("今天到期"),
    "three_days": _("三日内到期"),
    "week": _("七日内到期"),
    "later": _("七日后到期"),
    "undated": _("未设时限"),
    "waiting": _("等待申请人"),
    "unassigned": _("待认领"),
    "mine": _("由我办理"),
    "open": _("在办总数"),
}
BY_DUE = ("overdue", "today", "three_days", "week", "later", "undated", "waiting")


def cases(actor: Actor) -> CaseQuerySet:
    """The open cases in the actor's office, with ``due_at`` and whether their time is ``paused``."""
    pauses = ClockPause.objects.filter(clock__case=OuterRef("pk"), ended_at__isnull=True)
    held = Case.objects.in_custody_of(actor.office) if actor.office is not None else Case.objects.none()
    return held.not_kept_from(actor).open().with_due().annotate(paused=Exists(pauses))


def part(actor: Actor, name: str) -> CaseQuerySet:
    """The cases of one part of the desk."""
    return _with_free(actor).filter(_conditions(actor)[name])


def counts(actor: Actor) -> dict[str, int]:
    """How many cases each part has, in one statement."""
    conditions = _conditions(actor).items()
    return _with_free(actor).aggregate(**{name: Count("pk", filter=condition) for name, condition in conditions})


def _with_free(actor: Actor) -> CaseQuerySet:
    return cases(actor).annotate(free=Exists(Case.objects.unassigned().filter(pk=OuterRef("pk"))))


def _conditions(actor: Actor) -> dict[str, Q]:
    now = clock.now()
    midnight = dt.datetime.combine(clock.today() + dt.timedelta(days=1), dt.time(), SHANGHAI)
    in_three, in_week = midnight + dt.timedelta(days=3), midnight + dt.timedelta(days=7)
    runs = Q(paused=False)
    return {
        "overdue": runs & Q(due_at__lt=now),
        "today": runs & Q(due_at__gte=now, due_at__lt=midnight),
        "three_days": runs & Q(due_at__gte=midnight, due_at__lt=in_three),
        "week": runs & Q(due_at__gte=in_three, due_at__lt=in_week),
        "later": runs & Q(due_at__gte=in_week),
        "undated": runs & Q(due_at__isnull=True),
        "waiting": Q(paused=True),
        "unassigned": Q(free=True),
        "mine": Q(handler=actor.user),
        "open": Q(),
    }
