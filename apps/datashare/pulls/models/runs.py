"""One pull of a source from start to finish, and the plain counts the quality indicators are computed from."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import DatasetVersion
from apps.datashare.pulls.models.sources import PullSource
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.workcalendar.clock import now


class Block(models.TextChoices):
    """Why a pull waits for a person (阻断原因)."""

    EMPTY = "empty", _("来源没有数据")
    SHRUNKEN = "shrunken", _("数据量明显减少")
    CONTROL = "control", _("控制总数不符")
    MISSING = "missing", _("缺少数据项")
    RETYPED = "retyped", _("数据项类型改变")


class PullQuerySet(models.QuerySet):
    """Which runs somebody sees is decided here."""

    def visible_to(self, actor: Actor):
        """The runs of the sources the actor sees."""
        return self.filter(source__in=PullSource.objects.visible_to(actor))


class Pull(models.Model):
    """One run of one source (归集批次).

    Rows land page by page in a staging table of the run; the merge, the cursor, the counts and the
    end of the run are one transaction. At most one run of a source is under way or blocked.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队")
        FETCHING = "fetching", _("正在接收")
        WAITING = "waiting", _("等待重试")
        MERGING = "merging", _("正在入库")
        BLOCKED = "blocked", _("已阻断，待核实")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")
        DISCARDED = "discarded", _("已放弃")

    class Kind(models.TextChoices):
        SCHEDULED = "scheduled", _("按计划")
        MANUAL = "manual", _("立即归集")
        REPLAY = "replay", _("重新核验")

    UNDER_WAY = (State.QUEUED, State.FETCHING, State.WAITING, State.MERGING)
    OPEN = (*UNDER_WAY, State.BLOCKED)

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    source = models.ForeignKey(PullSource, models.PROTECT, related_name="runs", verbose_name=_("数据源"))
    version = models.ForeignKey(DatasetVersion, models.PROTECT, related_name="+", verbose_name=_("目录版本"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    block = models.CharField(_("阻断原因"), max_length=10, choices=Block, blank=True)
    message = models.TextField(_("说明"), blank=True)
    replays = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replayed_by", verbose_name=_("重新核验的批次")
    )
    whole = models.BooleanField(_("从头归集"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("发起人")
    )
    at = models.DateTimeField(_("发起时间"), default=now)
    started = models.DateTimeField(_("开始时间"), null=True)
    finished = models.DateTimeField(_("结束时间"), null=True)
    resume_at = models.DateTimeField(_("重试时间"), null=True)
    attempts = models.PositiveIntegerField(_("接手次数"), default=0)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("放行人")
    )
    released_at = models.DateTimeField(_("放行时间"), null=True)
    reason = models.CharField(_("放行或者放弃的理由"), max_length=300, blank=True)

    # where it stands: resumed from here by whoever takes it over
    position = models.TextField(_("位置"), blank=True)
    pages = models.PositiveIntegerField(_("页数"), default=0)
    complete = models.BooleanField(_("已收齐"), default=False)
    file_name = models.CharField(_("文件名"), max_length=255, blank=True)
    file_hash = models.CharField(_("文件摘要"), max_length=64, blank=True)
    file_at = models.DateTimeField(_("文件时间"), null=True)
    done_units = models.PositiveBigIntegerField(_("已处理"), default=0)
    total_units = models.PositiveBigIntegerField(_("共"), null=True)

    # counts
    received = models.PositiveBigIntegerField(_("收到行数"), default=0)
    good = models.PositiveBigIntegerField(_("合格行数"), default=0)
    quarantined = models.PositiveBigIntegerField(_("隔离行数"), default=0)
    misshapen = models.PositiveBigIntegerField(_("结构错误行数"), default=0)
    duplicates = models.PositiveBigIntegerField(_("重复行数"), default=0)
    inserted = models.PositiveBigIntegerField(_("新增"), default=0)
    updated = models.PositiveBigIntegerField(_("变更"), default=0)
    unchanged = models.PositiveBigIntegerField(_("未变"), default=0)
    gone = models.PositiveBigIntegerField(_("已不在来源中"), default=0)
    control_rows = models.PositiveBigIntegerField(_("来源控制行数"), null=True)
    control_sum = models.DecimalField(_("来源控制金额"), max_digits=30, decimal_places=4, null=True)
    received_sum = models.DecimalField(_("收到金额"), max_digits=30, decimal_places=4, null=True)
    tried = models.PositiveIntegerField(_("请求次数"), default=0)
    succeeded = models.PositiveIntegerField(_("成功次数"), default=0)
    due = models.DateField(_("应更新日"), null=True)
    on_time = models.BooleanField(_("按时"), null=True)
    added_columns = ArrayField(models.CharField(max_length=120), default=list, verbose_name=_("新出现的字段"))
    facts_written = models.PositiveBigIntegerField(_("写入事实"), default=0)
    facts_note = models.TextField(_("事实写入说明"), blank=True)
    lineage = models.JSONField(_("OpenLineage 事件"), default=list)

    objects = PullQuerySet.as_manager()

    class Meta:
        verbose_name = _("归集批次")
        verbose_name_plural = _("归集批次")
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "-id"]), models.Index(fields=["state", "id"])]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state__in=("queued", "fetching", "waiting", "merging", "blocked")),
                name="pull_one_open_run",
                violation_error_message=_("这个数据源正在归集，或者有一个批次待核实。"),
            ),
            models.CheckConstraint(
                condition=Q(finished__isnull=True) | Q(finished__gte=F("at")), name="pull_finished_after_start"
            ),
            models.CheckConstraint(condition=~Q(state="blocked") | ~Q(block=""), name="pull_block_has_reason"),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(reason=""), name="pull_release_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def under_way(self) -> bool:
        return self.state in self.UNDER_WAY

    @property
    def is_snapshot(self) -> bool:
        """Whether it brings all its source has, and not changes only or rows judged once more."""
        return self.source.mode == PullSource.Mode.SNAPSHOT and self.kind != self.Kind.REPLAY

    @property
    def stream(self) -> str:
        """The stream of evidence of the run's source."""
        return f"pull/{self.source_id}"


class PulledPage(models.Model):
    """One page that landed: with the run it is the lineage of each row it brought."""

    run = models.ForeignKey(Pull, models.CASCADE, related_name="landed", verbose_name=_("批次"))
    number = models.PositiveIntegerField(_("页"))
    rows = models.PositiveIntegerField(_("行数"))
    sha256 = models.CharField(_("摘要"), max_length=64)
    at = models.DateTimeField(_("收到时间"), default=now)

    class Meta:
        verbose_name = _("归集页")
        verbose_name_plural = _("归集页")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="pull_page_once")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class RunCount(models.Model):
    """What one run found in one field, in plain numbers: the raw material of DB31/T 1523-2024.

    One row for each field of the contract. All are counts of values or of rows, never ratios; nothing is
    estimated. With the run's own columns (``received``, ``control_rows``, ``duplicates``, ``quarantined``,
    ``on_time``, ``tried``, ``succeeded``) they give:

    - 010101/02/03 type, format, length: ``*_checked`` are the values a rule of that kind was applied to
      (filled values of a field that has such a rule), ``*_failed`` those that broke it;
      conforming = checked - failed. No rule means checked is 0: not assessable.
      Format counts the pattern and the code list together; ``codes_failed`` is the part of the code list.
    - 020100 elements filled: ``filled`` of ``expected``; expected is every received row for a required or
      key field, and for others the filled ones.
    - 020200: the run's ``received`` of ``control_rows``.
    - 030300, 030500: the run's ``duplicates`` and ``quarantined`` of ``received``.
    - 050200: the run's ``due`` and ``on_time``. 060100: the run's ``succeeded`` of ``tried``.

    A row that fails several rules counts in each of them. A blocked, failed or discarded run keeps its counts.
    """

    run = models.ForeignKey(Pull, models.CASCADE, related_name="counts", verbose_name=_("批次"))
    field = models.CharField(_("数据项"), max_length=60)
    rows = models.PositiveBigIntegerField(_("行数"), default=0)
    filled = models.PositiveBigIntegerField(_("已填"), default=0)
    expected = models.PositiveBigIntegerField(_("应填"), default=0)
    required_failed = models.PositiveBigIntegerField(_("必填未填"), default=0)
    type_checked = models.PositiveBigIntegerField(_("类型核对"), default=0)
    type_failed = models.PositiveBigIntegerField(_("类型不符"), default=0)
    format_checked = models.PositiveBigIntegerField(_("格式核对"), default=0)
    format_failed = models.PositiveBigIntegerField(_("格式不符"), default=0)
    codes_failed = models.PositiveBigIntegerField(_("代码不符"), default=0)
    length_checked = models.PositiveBigIntegerField(_("长度核对"), default=0)
    length_failed = models.PositiveBigIntegerField(_("长度不符"), default=0)
    range_checked = models.PositiveBigIntegerField(_("值域核对"), default=0)
    range_failed = models.PositiveBigIntegerField(_("值域不符"), default=0)

    class Meta:
        verbose_name = _("数据项计数")
        verbose_name_plural = _("数据项计数")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "field"], name="pull_count_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.field}"

    @property
    def failed(self) -> int:
        """Failures of every rule together."""
        return self.required_failed + self.type_failed + self.format_failed + self.length_failed + self.range_failed
