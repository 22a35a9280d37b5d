"""Where a dataset is pulled from, how, and what of it becomes facts (Arts 16-18)."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import PeriodicTask

from apps.datashare.catalogue.models import Dataset
from apps.kernel.facts import catalogue
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office

SECRET_PREFIX = "PULL_"  # noqa: S105 - what names of secrets begin with: no other secret of the portal can be named
NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$")


class PullSourceQuerySet(models.QuerySet):
    """Which sources somebody sees is decided here."""

    def visible_to(self, actor: Actor):
        """A department sees its own; the data centre and the tax offices see all."""
        if actor.office is None or actor.party is not None:
            return self.none()
        if actor.office.is_tax or actor.office.kind == Office.Kind.DATA_CENTRE:
            return self
        return self.filter(dataset__provider=actor.office)


class PullSource(models.Model):
    """The one source a dataset is pulled from (数据源). The secret itself is never kept here, only its name."""

    class Kind(models.TextChoices):
        HTTP = "http", _("HTTP 接口（JSON）")
        DROP = "drop", _("文件投递目录")
        SFTP = "sftp", _("SFTP 文件")
        POSTGRES = "postgres", _("PostgreSQL 数据库")

    class Mode(models.TextChoices):
        SNAPSHOT = "snapshot", _("全量")
        CHANGES = "changes", _("增量")

    dataset = models.OneToOneField(Dataset, models.PROTECT, related_name="pull_source", verbose_name=_("目录条目"))
    kind = models.CharField(_("方式"), max_length=10, choices=Kind)
    address = models.CharField(
        _("地址"),
        max_length=300,
        help_text=_(
            "不含密码。例如 https://data.example/rows、sftp://host/outbox/*.csv、postgres://host/db，或者投递目录。"
        ),
    )
    secret = models.CharField(
        _("密钥名称"),
        max_length=60,
        blank=True,
        validators=[
            RegexValidator(rf"^{SECRET_PREFIX}[A-Z0-9_]+$", _("密钥名称以 PULL_ 开头，只含大写字母、数字和下划线。"))
        ],
        help_text=_("密钥放在环境变量或者密钥文件中，这里只写名称。"),
    )
    host_key = models.CharField(
        _("主机公钥"), max_length=1000, blank=True, help_text=_("SFTP 必填，例如 ssh-ed25519 AAAA…；不自动接受。")
    )
    relation = models.CharField(_("表名"), max_length=120, blank=True, help_text=_("数据库的表或者视图。"))
    mode = models.CharField(_("范围"), max_length=10, choices=Mode)
    updated_field = models.CharField(_("更新时间字段"), max_length=60, blank=True, help_text=_("增量归集必填。"))
    lag_seconds = models.PositiveIntegerField(
        _("回看时间（秒）"), default=600, help_text=_("每次从上次位置往前多看这么久，迟提交的行不会漏掉。")
    )
    control_field = models.CharField(_("控制金额字段"), max_length=60, blank=True)
    page_rows = models.PositiveIntegerField(
        _("每页行数"), default=5000, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    shrink_percent = models.PositiveSmallIntegerField(
        _("允许减少（%）"),
        default=20,
        validators=[MaxValueValidator(100)],
        help_text=_("全量数据比现有数据少得更多时，先由人核实。"),
    )
    schedule = models.OneToOneField(
        PeriodicTask, models.SET_NULL, null=True, blank=True, related_name="pull_source", verbose_name=_("计划")
    )
    paused_at = models.DateTimeField(_("暂停时间"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("连续失败"), default=0, editable=False)
    open_until = models.DateTimeField(_("熔断至"), null=True, editable=False)
    cursor_at = models.DateTimeField(_("位置：更新时间"), null=True, editable=False)
    cursor_key = models.TextField(_("位置：主键"), blank=True, editable=False)

    objects = PullSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("数据源")
        verbose_name_plural = _("数据源")
        ordering = ["dataset"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(mode="changes") | Q(kind__in=("drop", "sftp")) | ~Q(updated_field=""),
                name="pull_changes_need_updated_field",
                violation_error_message=_("增量归集请填写更新时间字段。"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="sftp") | ~Q(host_key=""),
                name="pull_sftp_pins_host_key",
                violation_error_message=_("SFTP 请填写主机公钥。"),
            ),
            models.CheckConstraint(
                condition=~Q(kind="postgres") | ~Q(relation=""),
                name="pull_postgres_names_relation",
                violation_error_message=_("请填写表名。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset.code}"

    def clean(self) -> None:
        if self.relation and not NAME.match(self.relation):
            raise ValidationError({"relation": _("表名只能含字母、数字和下划线，可以带模式名。")})
        if "@" in self.address.partition("://")[2].partition("/")[0]:
            raise ValidationError({"address": _("地址中不能有用户名和密码，请用密钥名称。")})


class Lease(models.Model):
    """Who works on a source now (租约). Renewed by a heartbeat; what is not renewed is taken over."""

    source = models.OneToOneField(PullSource, models.CASCADE, primary_key=True, related_name="lease")
    token = models.CharField(max_length=32)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("租约")
        verbose_name_plural = _("租约")

    def __str__(self) -> str:
        return f"{self.source_id} {self.until}"


class AllowedHost(models.Model):
    """A host that may be pulled from (允许的地址). Whatever is not listed is not reached."""

    host = models.CharField(_("主机"), max_length=253, unique=True, help_text=_("主机名或者 IP 地址，不含端口。"))
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("允许归集的主机")
        verbose_name_plural = _("允许归集的主机")
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host


class FactMapping(models.Model):
    """Which field of a dataset says which fact of a party (数据项与事实对应): prefill, policies and risk read it."""

    class Form(models.TextChoices):
        VALUE = "value", _("原值")
        FEN = "fen", _("元换算为分")
        PRESENT = "present", _("在册即为是")
        COUNT = "count", _("按户计数")
        SUM_FEN = "sum_fen", _("按户合计，元换算为分")

    source = models.ForeignKey(PullSource, models.CASCADE, related_name="mappings", verbose_name=_("数据源"))
    party_field = models.CharField(
        _("纳税人代码字段"), max_length=60, help_text=_("统一社会信用代码或者公民身份号码。")
    )
    field = models.CharField(_("数据项"), max_length=60)
    fact = models.CharField(_("事实"), max_length=40)
    form = models.CharField(_("换算"), max_length=10, choices=Form, default=Form.VALUE)
    speaker = models.CharField(_("来源代码"), max_length=40, default="departments")

    class Meta:
        verbose_name = _("数据项与事实对应")
        verbose_name_plural = _("数据项与事实对应")
        ordering = ["source", "fact"]
        constraints = [models.UniqueConstraint(fields=["source", "fact"], name="pull_fact_once")]

    def __str__(self) -> str:
        return f"{self.field} → {self.fact}"

    def clean(self) -> None:
        if self.fact not in catalogue.entries():
            raise ValidationError({"fact": _("没有名为“%(field)s”的事实项目。") % {"field": self.fact}})
