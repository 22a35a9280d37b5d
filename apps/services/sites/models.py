"""Service sites (服务网点) with their windows, opening hours and business lines (Art 10)."""

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.models import Office, phone_number


class BusinessLine(models.Model):
    """A line of business (业务类别) somebody comes to a site for; the unit that is booked and queued for."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    label = models.CharField(_("名称"), max_length=60)
    summary = models.CharField(_("包括哪些事项"), max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(_("通常用时（分钟）"), default=15)
    needs = models.TextField(_("需要带什么"), blank=True, help_text=_("每行一样"))
    matter = models.SlugField(_("对应的网上事项"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=100)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("业务类别")
        verbose_name_plural = _("业务类别")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(5, 240)), name="business_line_minutes"),
        ]

    def __str__(self) -> str:
        return gettext(self.label)

    @property
    def covers(self) -> str:
        """What it covers, in the reader's language where the catalogue knows it."""
        return gettext(self.summary) if self.summary else ""

    @property
    def papers(self) -> list[str]:
        """What to bring, one entry for each."""
        return [gettext(line) for line in self.needs.splitlines() if line]


class Site(models.Model):
    """A place where taxpayers are served in person (服务网点), also by others than the tax office."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("政务服务中心")
        COMMUNITY = "community", _("社区事务受理服务中心")
        BANK = "bank", _("银行网点")
        SELF_SERVICE = "self_service", _("自助办税点")

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=100)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="sites", verbose_name=_("负责的税务所")
    )
    district = models.CharField(_("行政区划代码"), max_length=6)
    address = models.CharField(_("地址"), max_length=200)
    phone = models.CharField(_("电话"), max_length=20, blank=True, validators=[phone_number])
    directions = models.CharField(_("怎么去"), max_length=200, blank=True)
    hours_note = models.CharField(_("服务时间说明"), max_length=200, blank=True)
    step_free = models.BooleanField(_("无台阶入口"), default=False)
    accessible_toilet = models.BooleanField(_("无障碍卫生间"), default=False)
    hearing_loop = models.BooleanField(_("助听设备"), default=False)
    sign_language = models.BooleanField(_("可以约手语服务"), default=False)
    latitude = models.DecimalField(
        _("纬度"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("经度"),
        max_digits=8,
        decimal_places=5,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    active = models.BooleanField(_("启用"), default=True)
    lines = models.ManyToManyField(
        BusinessLine, through="SiteMatter", related_name="sites", verbose_name=_("办理的业务")
    )

    class Meta:
        verbose_name = _("服务网点")
        verbose_name_plural = _("服务网点")
        ordering = ["district", "kind", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="site_position_whole",
                violation_error_message=_("经度和纬度要么都填，要么都不填。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """A site's opening time on one weekday (服务时间); two rows on a day make a midday break."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("星期一")
        TUESDAY = 1, _("星期二")
        WEDNESDAY = 2, _("星期三")
        THURSDAY = 3, _("星期四")
        FRIDAY = 4, _("星期五")
        SATURDAY = 5, _("星期六")
        SUNDAY = 6, _("星期日")

    site = models.ForeignKey(Site, models.CASCADE, related_name="opening_hours", verbose_name=_("网点"))
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday)
    opens = models.TimeField(_("开始"))
    closes = models.TimeField(_("结束"))

    class Meta:
        verbose_name = _("服务时间")
        verbose_name_plural = _("服务时间")
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["site", "weekday", "opens"], name="opening_hours_once"),
            models.CheckConstraint(
                condition=Q(weekday__lte=6, closes__gt=F("opens")),
                name="opening_hours_in_order",
                violation_error_message=_("结束时间要晚于开始时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}-{self.closes:%H:%M}"

    def covers(self, begin: dt.time, end: dt.time) -> bool:
        """Whether the site is open all the time from ``begin`` to ``end``."""
        return self.opens <= begin and end <= self.closes


class WindowKind(models.TextChoices):
    """Kinds of windows (窗口类别)."""

    GENERAL = "general", _("综合窗口")
    SPECIAL = "special", _("专窗")
    GREEN = "green", _("绿色通道窗口")
    MACHINE = "machine", _("自助终端")


class SiteMatter(models.Model):
    """A business line offered at a site, and the kind of window it needs there."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="matters", verbose_name=_("网点"))
    line = models.ForeignKey(BusinessLine, models.PROTECT, related_name="offers", verbose_name=_("业务类别"))
    window_kind = models.CharField(_("窗口类别"), max_length=10, choices=WindowKind, default=WindowKind.GENERAL)

    class Meta:
        verbose_name = _("网点业务")
        verbose_name_plural = _("网点业务")
        ordering = ["line__position", "line__code"]
        constraints = [models.UniqueConstraint(fields=["site", "line"], name="site_matter_once")]

    def __str__(self) -> str:
        return f"{self.site} · {self.line}"


class Window(models.Model):
    """A window (窗口) of a site with the business lines it serves."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="windows", verbose_name=_("网点"))
    code = models.CharField(_("窗口号"), max_length=10)
    label = models.CharField(_("名称"), max_length=60, blank=True)
    kind = models.CharField(_("窗口类别"), max_length=10, choices=WindowKind, default=WindowKind.GENERAL)
    lines = models.ManyToManyField(BusinessLine, related_name="windows", blank=True, verbose_name=_("办理的业务"))
    accessible = models.BooleanField(_("低位窗口"), default=False)
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("窗口")
        verbose_name_plural = _("窗口")
        ordering = ["site", "code"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="window_once")]

    def __str__(self) -> str:
        return self.label or self.code
