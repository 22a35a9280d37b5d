"""Places to book by half-hour, bookings, places about to come free, the waiting list and appeals (Art 10)."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User, phone_number
from apps.kernel.workcalendar import clock
from apps.services.sites.models import BusinessLine, OpeningHours, Site

NOON = dt.time(12)
LENGTH = dt.timedelta(minutes=30)


class Pool(models.TextChoices):
    """Who gives a place out (号源): everyone online, or the counter on somebody's behalf."""

    PUBLIC = "public", _("网上")
    INTERNAL = "internal", _("窗口留号")


class Half(models.TextChoices):
    """Half-days: a person has at most one appointment in each."""

    MORNING = "am", _("上午")
    AFTERNOON = "pm", _("下午")

    @classmethod
    def of(cls, moment: dt.datetime) -> "Half":
        """The half-day of a moment in Shanghai."""
        return cls.MORNING if timezone.localtime(moment).time() < NOON else cls.AFTERNOON


class SlotTemplate(models.Model):
    """How many places a site gives for a business line in each half-hour (排班): slots are made from it."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="slot_templates", verbose_name=_("网点"))
    line = models.ForeignKey(BusinessLine, models.PROTECT, related_name="+", verbose_name=_("业务类别"))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=OpeningHours.Weekday),
        default=list,
        blank=True,
        verbose_name=_("星期"),
        help_text=_("0 为星期一；留空表示每个工作日"),
    )
    begins = models.TimeField(_("开始"))
    ends = models.TimeField(_("结束"))
    public_places = models.PositiveSmallIntegerField(_("网上号源"), default=2)
    internal_places = models.PositiveSmallIntegerField(_("窗口留号"), default=1)
    valid_from = models.DateField(_("开始日期"), default=clock.today)
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("预约排班")
        verbose_name_plural = _("预约排班")
        ordering = ["site", "line", "begins"]
        constraints = [
            models.UniqueConstraint(fields=["site", "line", "begins", "valid_from"], name="slot_template_once"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("begins")),
                name="slot_template_in_order",
                violation_error_message=_("结束时间要晚于开始时间。"),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="slot_template_period",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.line} {self.begins:%H:%M}"


class SlotQuerySet(models.QuerySet):
    """Slots with what can be booked of them."""

    def open(self, now: dt.datetime | None = None):
        """Slots that have not begun."""
        return self.filter(starts_at__gt=now or clock.now(), site__active=True, line__active=True)

    def with_free(self, now: dt.datetime | None = None):
        """``free``: public places to be had now. What came free while others wait is theirs first."""
        now = now or clock.now()
        due = _count(Booking.objects.filter(slot=OuterRef("pk"), pool=Pool.PUBLIC).lapsed(now)) + _count(
            Release.objects.filter(slot=OuterRef("pk"), pool=Pool.PUBLIC, free_at__lte=now)
        )
        waiting = WaitingEntry.objects.waiting().filter(
            Q(half="") | Q(half=OuterRef("half")), site=OuterRef("site"), line=OuterRef("line"), day=OuterRef("day")
        )
        return self.annotate(free=F("public_remaining") + Case(When(Exists(waiting), then=Value(0)), default=due))


def _count(rows: models.QuerySet) -> Coalesce:
    counted = rows.order_by().values("slot").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), 0, output_field=models.IntegerField())


class Slot(models.Model):
    """A half-hour at a site for one business line (时段), with the places left in each pool.

    ``remaining`` + bookings that occupy a place + places about to come free = ``capacity``, always.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="slots", verbose_name=_("网点"))
    line = models.ForeignKey(BusinessLine, models.PROTECT, related_name="slots", verbose_name=_("业务类别"))
    day = models.DateField(_("日期"))
    half = models.CharField(_("半天"), max_length=2, choices=Half)
    starts_at = models.DateTimeField(_("开始"))
    public_capacity = models.PositiveSmallIntegerField(_("网上号源"))
    public_remaining = models.PositiveSmallIntegerField(_("网上剩余"))
    internal_capacity = models.PositiveSmallIntegerField(_("窗口留号"), default=0)
    internal_remaining = models.PositiveSmallIntegerField(_("留号剩余"), default=0)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("预约时段")
        verbose_name_plural = _("预约时段")
        ordering = ["starts_at", "site", "line"]
        constraints = [
            models.UniqueConstraint(fields=["site", "line", "starts_at"], name="slot_once"),
            models.CheckConstraint(
                condition=Q(public_remaining__gte=0, public_remaining__lte=F("public_capacity")),
                name="slot_public_places",
            ),
            models.CheckConstraint(
                condition=Q(internal_remaining__gte=0, internal_remaining__lte=F("internal_capacity")),
                name="slot_internal_places",
            ),
        ]
        indexes = [models.Index(fields=["site", "line", "day"])]

    def __str__(self) -> str:
        return f"{self.site} · {self.line} · {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> dt.datetime:
        """When the half-hour is over."""
        return self.starts_at + LENGTH

    @property
    def hours(self) -> str:
        """09:00–09:30, Shanghai time."""
        return f"{timezone.localtime(self.starts_at):%H:%M}–{timezone.localtime(self.ends_at):%H:%M}"


class BookingQuerySet(models.QuerySet):
    """Bookings by who may see them and by what they hold."""

    def visible_to(self, actor: Actor):
        """A taxpayer's own; at the counter, those at the sites of the office."""
        if actor.party is not None:
            return self.filter(party=actor.party)
        if actor.office is not None and actor.office.is_tax:
            return self.filter(slot__site__office=actor.office)
        return self.none()

    def lapsed(self, now: dt.datetime):
        """Holds whose time is over; their places are free from that moment, without any job."""
        return self.filter(state=Booking.State.HELD, held_until__lte=now)

    def current(self, now: dt.datetime | None = None):
        """What the visitor still counts on: confirmed, or held and not lapsed."""
        return self.filter(
            Q(state=Booking.State.CONFIRMED) | Q(state=Booking.State.HELD, held_until__gt=now or clock.now())
        )


class Booking(models.Model):
    """One person's appointment (预约), from the first hold to what became of it."""

    class State(models.TextChoices):
        HELD = "held", _("暂留，未确认")
        CONFIRMED = "confirmed", _("已预约")
        ATTENDED = "attended", _("已到场")
        MISSED = "missed", _("未到")
        CANCELLED = "cancelled", _("已取消")
        LAPSED = "lapsed", _("暂留已过时")

    # States in which a place of the slot is taken.
    OCCUPYING = (State.HELD, State.CONFIRMED, State.ATTENDED, State.MISSED)
    # States in which a person has this appointment ahead.
    LIVE = (State.HELD, State.CONFIRMED)

    ref = models.CharField(_("预约号"), max_length=12, unique=True, default=reference, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="bookings", verbose_name=_("时段"))
    pool = models.CharField(_("号源"), max_length=10, choices=Pool, default=Pool.PUBLIC)
    # As the slot's, kept here for the index that allows one live booking per person and half-day.
    day = models.DateField(_("日期"))
    half = models.CharField(_("半天"), max_length=2, choices=Half)
    party = models.ForeignKey(Party, models.PROTECT, related_name="bookings", verbose_name=_("纳税人、缴费人"))
    visitor = models.ForeignKey(Party, models.PROTECT, related_name="visits", verbose_name=_("到场人"))
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("预约操作人"))
    channel = models.CharField(_("渠道"), max_length=10)
    phone = models.CharField(_("联系电话"), max_length=20, blank=True, validators=[phone_number])
    note = models.CharField(_("需要我们知道的"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.HELD)
    held_until = models.DateTimeField(_("暂留到"), null=True, blank=True)
    created_at = models.DateTimeField(_("预约时间"), default=clock.now)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("提醒时间"), null=True, blank=True)
    excused = models.BooleanField(_("未到已谅解"), default=False)
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("预约")
        verbose_name_plural = _("预约")
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visitor", "day", "half"],
                condition=Q(state__in=["held", "confirmed"]),
                name="booking_once_per_half_day",
            ),
            models.UniqueConstraint(fields=["booked_by", "idempotency_key"], name="booking_once_per_key"),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_until__isnull=False), name="booking_held_until_known"
            ),
        ]
        indexes = [
            models.Index(fields=["slot", "state"]),
            models.Index(fields=["party", "-day"]),
            models.Index(fields=["day"], condition=Q(state="confirmed"), name="booking_confirmed_day"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} · {self.slot}"

    @property
    def is_held(self) -> bool:
        """Whether it is held and may still be confirmed."""
        return self.state == self.State.HELD and self.held_until > clock.now()

    @property
    def has_lapsed(self) -> bool:
        """Whether it was held and the time to confirm is over."""
        return self.state == self.State.LAPSED or (self.state == self.State.HELD and not self.is_held)

    @property
    def may_change(self) -> bool:
        """Whether it may still be cancelled or moved."""
        return self.state == self.State.CONFIRMED and self.slot.starts_at > clock.now()

    @property
    def standing(self) -> str:
        """The state in words as of now."""
        return str(self.State.LAPSED.label) if self.has_lapsed else self.get_state_display()


class Release(models.Model):
    """A place given back (释放): it can be had from ``free_at`` on, a moment nobody can know beforehand."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="releases", verbose_name=_("时段"))
    pool = models.CharField(_("号源"), max_length=10, choices=Pool)
    free_at = models.DateTimeField(_("可以再约的时间"))

    class Meta:
        verbose_name = _("待释放号源")
        verbose_name_plural = _("待释放号源")
        indexes = [models.Index(fields=["slot", "free_at"])]

    def __str__(self) -> str:
        return f"{self.slot} {self.free_at}"


class WaitingQuerySet(models.QuerySet):
    """Entries of the waiting list."""

    def waiting(self):
        """Those to whom nothing has been offered yet."""
        return self.filter(state=WaitingEntry.State.WAITING)

    def visible_to(self, actor: Actor):
        """A taxpayer's own."""
        return self.filter(party=actor.party) if actor.party is not None else self.none()


class WaitingEntry(models.Model):
    """Somebody waits for a place on a day (候补); who waits longest is offered first."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等候中")
        OFFERED = "offered", _("已有号，请确认")
        TAKEN = "taken", _("已约上")
        LAPSED = "lapsed", _("未在时限内确认")
        WITHDRAWN = "withdrawn", _("已退出")

    ref = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("网点"))
    line = models.ForeignKey(BusinessLine, models.PROTECT, related_name="+", verbose_name=_("业务类别"))
    day = models.DateField(_("日期"))
    half = models.CharField(_("半天"), max_length=2, choices=Half, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    visitor = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("到场人"))
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("操作人"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    booking = models.OneToOneField(
        Booking, models.PROTECT, null=True, blank=True, related_name="waited", verbose_name=_("得到的预约")
    )
    created_at = models.DateTimeField(_("登记时间"), default=clock.now)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = _("候补")
        verbose_name_plural = _("候补")
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["visitor", "line", "site", "day"],
                condition=Q(state="waiting"),
                name="waiting_once",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "line", "day", "id"], condition=Q(state="waiting"), name="waiting_order")
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.line} · {self.day}"


class Appeal(models.Model):
    """A visitor says why a missed appointment was no fault of theirs (申诉); the counter decides."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待处理")
        UPHELD = "upheld", _("成立，不计未到")
        REFUSED = "refused", _("不成立")

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="appeal", verbose_name=_("预约"))
    reason = models.TextField(_("未能到场的原因"), max_length=500)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申诉人"))
    at = models.DateTimeField(_("申诉时间"), default=clock.now)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    opinion = models.CharField(_("处理意见"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("处理人")
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("未到申诉")
        verbose_name_plural = _("未到申诉")
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="appeal_decided_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.booking)
