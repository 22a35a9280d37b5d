"""Who must supply what how often, what was supplied, and the notices sent (Art 18 para 2)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import Arrival, Dataset, Frequency
from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock


class SupplyDutyQuerySet(models.QuerySet):
    """Which duties somebody sees."""

    def visible_to(self, actor: Actor):
        """An office's own; all of them to the data centre and to tax offices, for whom the data is meant."""
        if actor.office is None or actor.party is not None:
            return self.none()
        if actor.office.kind == Office.Kind.DATA_CENTRE or actor.office.is_tax:
            return self
        return self.filter(office=actor.office)


class SupplyDuty(models.Model):
    """A standing duty to supply (常态化供数职责)."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="supply_duties", verbose_name=_("单位"))
    subject = models.CharField(_("数据"), max_length=120)
    basis = models.CharField(_("依据"), max_length=200)
    dataset = models.ForeignKey(
        Dataset, models.PROTECT, null=True, blank=True, related_name="supply_duties", verbose_name=_("目录条目")
    )
    frequency = models.CharField(
        _("频率"), max_length=10, choices=[choice for choice in Frequency.choices if choice[0] != Frequency.EVENT]
    )
    within = models.PositiveSmallIntegerField(_("每期结束后几个工作日内"), default=5)
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("终止日期"), null=True, blank=True)

    objects = SupplyDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("供数职责")
        verbose_name_plural = _("供数职责")
        ordering = ["office", "id"]
        constraints = [
            models.UniqueConstraint(fields=["office", "subject"], name="supply_duty_once"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="supply_period"),
            models.CheckConstraint(condition=Q(within__range=(1, 60)), name="supply_within_1_to_60"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.subject}"

    @property
    def about(self) -> str:
        """How other rooms name this duty."""
        return f"supply/{self.ref}"


class SupplyDelivery(models.Model):
    """One delivery handed in on the pages or by API (供数): its period, its rows and its file."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    duty = models.ForeignKey(SupplyDuty, models.PROTECT, related_name="deliveries", verbose_name=_("供数职责"))
    period_end = models.DateField(_("所属期末"))
    rows = models.PositiveBigIntegerField(_("行数"))
    at = models.DateTimeField(_("提供时间"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提供人"))
    upload = models.OneToOneField(Upload, models.PROTECT, related_name="+", verbose_name=_("文件"))
    arrival = models.OneToOneField(
        Arrival, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("归集记录")
    )
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    class Meta:
        verbose_name = _("供数批次")
        verbose_name_plural = _("供数批次")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["by", "idempotency_key"], name="supply_delivery_once_per_key"),
            models.CheckConstraint(condition=Q(rows__gt=0), name="supply_delivery_has_rows"),
        ]
        indexes = [models.Index(fields=["duty", "period_end"])]

    def __str__(self) -> str:
        return f"{self.ref} {self.duty_id}"


class SupplyNotice(models.Model):
    """That a reminder or an escalation about one expected delivery has gone out: once for each kind."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("到期提醒")
        OVERDUE = "overdue", _("超期提醒")
        ESCALATION = "escalation", _("大数据中心督办")

    duty = models.ForeignKey(SupplyDuty, models.PROTECT, related_name="notices")
    period_end = models.DateField(_("所属期末"))
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("供数提醒")
        verbose_name_plural = _("供数提醒")
        constraints = [models.UniqueConstraint(fields=["duty", "period_end", "kind"], name="supply_notice_once")]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.period_end} {self.kind}"
