"""Reads and exports of shared data, findings about them, and declared preconditions (Art 21)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.datashare.requests.models import DataGrant
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock


class DataAccess(models.Model):
    """One read of shared data, or an attempt that was refused (查阅记录). The database refuses changes.

    Partitioned by month of ``at`` (``schema.py``): the database key is (id, at), one sequence feeds every partition.
    """

    class Refusal(models.TextChoices):
        NONE = "", _("已放行")
        GRANT = "grant", _("授权无效")
        CASE = "case", _("办件已办结或者不在本单位")
        FIELDS = "fields", _("超出授权的数据项")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    at = models.DateTimeField(_("时间"), default=clock.now)
    grant = models.ForeignKey(DataGrant, models.PROTECT, related_name="accesses", verbose_name=_("授权"))
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name=_("办件"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", verbose_name=_("查阅对象"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("查阅人"))
    fields = ArrayField(models.SlugField(max_length=60), default=list, verbose_name=_("数据项"))
    unmasked = ArrayField(models.SlugField(max_length=60), default=list, verbose_name=_("去除脱敏的数据项"))
    reason = models.TextField(_("理由"), blank=True)
    own = models.BooleanField(_("对象是办件当事人"), default=True)
    released = models.BooleanField(_("已放行"), default=True)
    refusal = models.CharField(_("未放行的原因"), max_length=10, choices=Refusal, blank=True, default="")

    class Meta:
        verbose_name = _("数据查阅")
        verbose_name_plural = _("数据查阅")
        constraints = [
            models.CheckConstraint(
                condition=Q(released=True, refusal="", case__isnull=False, party__isnull=False)
                | (Q(released=False) & ~Q(refusal="")),
                name="access_released_names_case_and_party",
            ),
            models.CheckConstraint(condition=Q(unmasked__len=0) | ~Q(reason=""), name="access_unmasking_has_reason"),
        ]
        indexes = [models.Index(fields=["grant", "-id"]), models.Index(fields=["user", "at"])]

    def __str__(self) -> str:
        return f"{self.ref} {self.user_id}"


class DataExport(models.Model):
    """A file of shared data given to somebody (导出), with what its rows can be told by."""

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    access = models.OneToOneField(
        DataAccess, models.PROTECT, db_constraint=False, related_name="export", verbose_name=_("查阅")
    )  # held by a trigger: no foreign key reaches into partitions by id alone
    format = models.CharField(_("格式"), max_length=4, choices=Format)
    rows = models.PositiveIntegerField(_("行数"))
    sha256 = models.CharField(_("文件摘要"), max_length=64)

    class Meta:
        verbose_name = _("数据导出")
        verbose_name_plural = _("数据导出")

    def __str__(self) -> str:
        return self.ref


class DataExportRow(models.Model):
    """The digest of one exported row: a leaked row finds its export even without its trace code."""

    export = models.ForeignKey(DataExport, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField(_("行号"))
    digest = models.CharField(_("摘要"), max_length=64, db_index=True)

    class Meta:
        verbose_name = _("导出行")
        verbose_name_plural = _("导出行")
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="export_row_once")]

    def __str__(self) -> str:
        return f"{self.export_id}#{self.number}"


class UseFindingQuerySet(models.QuerySet):
    """The centre follows every finding up, an office the ones about its own staff."""

    def visible_to(self, actor: Actor):
        if actor.office is None or actor.party is not None:
            return self.none()
        if actor.office.kind == Office.Kind.DATA_CENTRE:
            return self
        return self.filter(office=actor.office)


class UseFinding(models.Model):
    """A use outside purpose or pattern, and what came of it (异常使用)."""

    class Kind(models.TextChoices):
        VOLUME = "volume", _("一日查阅量过大")
        NIGHT = "night", _("非工作时间查阅")
        OUTSIDER = "outsider", _("对象不是当事人")
        CLOSED = "closed", _("凭无效办件查阅")
        DEAD = "dead", _("使用无效的授权")
        BEYOND = "beyond", _("读取授权之外数据")

    class State(models.TextChoices):
        OPEN = "open", _("待说明")
        EXPLAINED = "explained", _("已说明，待结论")
        CLEARED = "cleared", _("说明成立")
        CONFIRMED = "confirmed", _("确认违规")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("查阅人"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    grant = models.ForeignKey(DataGrant, models.PROTECT, related_name="findings", verbose_name=_("授权"))
    day = models.DateField(_("日期"))
    times = models.PositiveIntegerField(_("次数"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(_("发现时间"), default=clock.now)
    explanation = models.TextField(_("单位说明"), blank=True)
    conclusion = models.TextField(_("结论"), blank=True)
    concluded_at = models.DateTimeField(_("结论时间"), null=True)

    objects = UseFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("异常使用")
        verbose_name_plural = _("异常使用")
        constraints = [
            models.UniqueConstraint(fields=["kind", "user", "grant", "day"], name="data_finding_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "explained"], concluded_at__isnull=True)
                | (Q(state__in=["cleared", "confirmed"], concluded_at__isnull=False) & ~Q(conclusion="")),
                name="data_finding_concluded_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"

    @property
    def about(self) -> str:
        """How other rooms name this finding."""
        return f"data-finding/{self.ref}"


class Precondition(models.Model):
    """A department's claim that a matter requires a tax status first (前置条件登记)."""

    class State(models.TextChoices):
        LISTED = "listed", _("有法定依据，准予登记")
        REFUSED = "refused", _("没有法定依据，不予登记")
        WITHDRAWN = "withdrawn", _("已取消")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    matter = models.CharField(_("业务事项"), max_length=120)
    status = models.CharField(_("要求的纳税缴费情况"), max_length=20)
    basis = models.SlugField(_("依据代码"), max_length=60, blank=True)
    claimed = models.CharField(_("单位主张的依据"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State)
    ruling = models.CharField(_("理由"), max_length=300)
    at = models.DateTimeField(_("登记时间"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("取消时间"), null=True)

    class Meta:
        verbose_name = _("前置条件登记")
        verbose_name_plural = _("前置条件登记")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["office", "matter", "status"],
                condition=Q(state="listed"),
                name="precondition_listed_once",
                violation_error_message=_("这个事项的同一要求已经登记。"),
            ),
            models.CheckConstraint(condition=~Q(state="listed") | ~Q(basis=""), name="precondition_listed_has_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.matter}"
