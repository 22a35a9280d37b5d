"""Tickets, the windows people are called to, and everything that happened to a ticket."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock
from apps.services.appointments.models import Booking
from apps.services.sites.models import BusinessLine, Site, Window


def code() -> str:
    """A code nobody can guess: whoever holds it may see the ticket, or work at the kiosk."""
    return secrets.token_urlsafe(12)


class Kiosk(models.Model):
    """A ticket machine at a site (取号机), known by the secret in its address."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="kiosks", verbose_name=_("网点"))
    label = models.CharField(_("名称"), max_length=60)
    key = models.CharField(_("密钥"), max_length=32, unique=True, default=code, editable=False)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("取号机")
        verbose_name_plural = _("取号机")
        ordering = ["site", "label"]
        constraints = [models.UniqueConstraint(fields=["site", "label"], name="kiosk_once")]

    def __str__(self) -> str:
        return f"{self.site} · {self.label}"


class Shift(models.Model):
    """A clerk at an open window (开窗): one clerk a window, one window a clerk."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="shifts", verbose_name=_("窗口"))
    clerk = models.ForeignKey(User, models.PROTECT, related_name="shifts", verbose_name=_("工作人员"))
    opened_at = models.DateTimeField(_("开窗时间"), default=clock.now)
    closed_at = models.DateTimeField(_("关窗时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("开窗记录")
        verbose_name_plural = _("开窗记录")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["window"], condition=Q(closed_at__isnull=True), name="shift_one_clerk_a_window"
            ),
            models.UniqueConstraint(
                fields=["clerk"], condition=Q(closed_at__isnull=True), name="shift_one_window_a_clerk"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")), name="shift_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} · {self.clerk}"


class TicketQuerySet(models.QuerySet):
    """Tickets by where they stand."""

    def visible_to(self, actor: Actor):
        """At the counter: the tickets of the office's sites. A holder has the code instead."""
        if actor.party is None and actor.office is not None and actor.office.is_tax:
            return self.filter(site__office=actor.office)
        return self.none()

    def today(self):
        """Of this day; numbers begin anew each morning."""
        return self.filter(day=clock.today())

    def waiting(self):
        """Those who wait for their turn, in turn: a total order, because no two tickets share an id."""
        return self.filter(state=Ticket.State.WAITING).order_by("turn_at", "id")

    def for_window(self, window: Window):
        """Those a window may call: its lines (all of them where it names none), or sent to it by a colleague."""
        mine = Q(sent_to=window) | Q(sent_to__isnull=True)
        lines = window.lines.values("pk")
        if window.lines.exists():
            mine &= Q(line__in=lines) | Q(sent_to=window)
        return self.filter(mine, site_id=window.site_id)


class Ticket(models.Model):
    """One person's place in the queue (排队号). ``turns.py`` says what comes next, ``service.py`` changes it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候中")
        CALLED = "called", _("请到窗口")
        SERVING = "serving", _("办理中")
        DONE = "done", _("已办完")
        MISSED = "missed", _("过号")
        CANCELLED = "cancelled", _("已放弃")

    AT_WINDOW = (State.CALLED, State.SERVING)

    class Kind(models.TextChoices):
        BOOKED = "booked", _("预约")
        WALK_IN = "walk_in", _("现场取号")

    code = models.CharField(max_length=32, unique=True, default=code, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="tickets", verbose_name=_("网点"))
    line = models.ForeignKey(BusinessLine, models.PROTECT, related_name="tickets", verbose_name=_("业务类别"))
    day = models.DateField(_("日期"), default=clock.today)
    letter = models.CharField(_("字头"), max_length=1)
    serial = models.PositiveSmallIntegerField(_("序号"))
    kind = models.CharField(_("来源"), max_length=10, choices=Kind)
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("到场人")
    )
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="ticket", verbose_name=_("预约")
    )
    priority_reason = models.CharField(_("优先原因"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    turn_at = models.DateTimeField(_("排队时刻"), help_text=_("按这个时刻先后叫号"))
    window = models.ForeignKey(
        Window, models.PROTECT, null=True, blank=True, related_name="tickets", verbose_name=_("窗口")
    )
    sent_to = models.ForeignKey(
        Window, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("转到窗口")
    )
    calls = models.PositiveSmallIntegerField(_("叫号次数"), default=0)
    returns = models.PositiveSmallIntegerField(_("过号重排次数"), default=0)
    issued_at = models.DateTimeField(_("取号时间"), default=clock.now)
    called_at = models.DateTimeField(_("叫号时间"), null=True, blank=True)
    served_at = models.DateTimeField(_("开始办理"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("排队号")
        verbose_name_plural = _("排队号")
        ordering = ["-day", "letter", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["site", "day", "letter", "serial"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["window"], condition=Q(state__in=["called", "serving"]), name="ticket_one_at_a_window"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["called", "serving"]) | Q(window__isnull=False, called_at__isnull=False),
                name="ticket_called_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(kind="booked", booking__isnull=False) | Q(kind="walk_in", booking__isnull=True),
                name="ticket_kind_fits",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "turn_at", "id"], condition=Q(state="waiting"), name="ticket_in_turn"),
            models.Index(fields=["site", "line", "day"]),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What is printed and called: A012."""
        return f"{self.letter}{self.serial:03d}"

    @property
    def about(self) -> str:
        """How other rooms name this ticket; the number of the day says nothing of the person."""
        return f"ticket/{self.pk}"


class TicketEvent(models.Model):
    """One thing that happened to a ticket (流转记录)."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events", verbose_name=_("排队号"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    action = models.CharField(_("动作"), max_length=12)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10)
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("窗口"))
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("操作人"))
    reason = models.CharField(_("原因"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("排队流转")
        verbose_name_plural = _("排队流转")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.action}"
