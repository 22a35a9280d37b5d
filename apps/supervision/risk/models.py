"""Runs of the indicators, what they found, the tasks that come of them and their outcomes (Art 32)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.facts.pass_models import Pass
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class Level(models.TextChoices):
    """What a score calls for (风险等级). A person decides on everything after a reminder."""

    NONE = "none", _("无需应对")
    REMINDER = "reminder", _("提醒提示")
    ASSESSMENT = "assessment", _("纳税评估")
    AUDIT = "audit", _("税务检查")


class RiskRun(Pass):
    """One pass of all indicators over the whole city (风险扫描). ``last_party`` says how far it is.

    ``rules`` holds the weights, thresholds and levels it works by, so that its scores can be explained later;
    ``tally`` counts for each indicator of how many it cannot be told.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("已中止")

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    rules = models.JSONField(_("所用规则"))
    tally = models.JSONField(_("各指标计数"), default=dict)
    found = models.PositiveBigIntegerField(_("有疑点的户数"), default=0)
    queued = models.PositiveIntegerField(_("待应对的户数"), default=0)
    opened = models.PositiveIntegerField(_("派发的任务"), default=0)

    class Meta:
        verbose_name = _("风险扫描")
        verbose_name_plural = _("风险扫描")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="risk_run_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | ~Q(state="running") & Q(finished_at__gte=F("started_at")),
                name="risk_run_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.on}"


class PeerFigures(models.Model):
    """What is usual in a trade on the day of a run (同行业数据); empty where too few are known."""

    run = models.ForeignKey(RiskRun, models.CASCADE, related_name="peers")
    industry_code = models.CharField(_("行业代码"), max_length=5)
    firms = models.PositiveIntegerField(_("户数"))
    vat_burden_mean = models.DecimalField(_("税负率均值"), max_digits=28, decimal_places=8, null=True)
    vat_burden_sd = models.DecimalField(_("税负率标准差"), max_digits=28, decimal_places=8, null=True)
    cit_burden_low = models.DecimalField(_("所得税贡献率第10百分位"), max_digits=28, decimal_places=8, null=True)
    gross_margin_mean = models.DecimalField(_("毛利率均值"), max_digits=28, decimal_places=8, null=True)
    power_mean = models.DecimalField(_("每分营业收入用电量均值"), max_digits=28, decimal_places=8, null=True)
    power_sd = models.DecimalField(_("每分营业收入用电量标准差"), max_digits=28, decimal_places=8, null=True)

    class Meta:
        verbose_name = _("同行业数据")
        verbose_name_plural = _("同行业数据")
        constraints = [models.UniqueConstraint(fields=["run", "industry_code"], name="risk_peer_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.industry_code}"


class RiskScore(models.Model):
    """What a run found about one party, as arrays of indicator numbers; parties without a finding have no row.

    No foreign keys in the database: the rows are made by one statement from the profiles themselves.
    """

    pk = models.CompositePrimaryKey("run_id", "party_id")
    run = models.ForeignKey(RiskRun, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    hits = ArrayField(models.SmallIntegerField(), verbose_name=_("命中指标"))
    severe = ArrayField(models.SmallIntegerField(), verbose_name=_("达到严重程度的指标"))
    unclear = ArrayField(models.SmallIntegerField(), verbose_name=_("无法判断的指标"))
    score = models.DecimalField(_("风险分"), max_digits=5, decimal_places=2)
    level = models.CharField(_("风险等级"), max_length=10, choices=Level)

    class Meta:
        verbose_name = _("风险分")
        verbose_name_plural = _("风险分")
        indexes = [models.Index(F("run"), F("score").desc(), F("party"), name="risk_score_highest")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.party_id} {self.score}"


class RiskCount(models.Model):
    """How many parties an indicator points at in a run, by who is in charge of them and what they do."""

    run = models.ForeignKey(RiskRun, models.CASCADE, related_name="counts")
    indicator = models.PositiveSmallIntegerField(_("指标"))
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name=_("主管单位"))
    district = models.CharField(_("所在区"), max_length=6, blank=True)
    trade = models.CharField(_("行业门类"), max_length=1, blank=True)
    parties = models.PositiveIntegerField(_("户数"))

    class Meta:
        verbose_name = _("风险指标计数")
        verbose_name_plural = _("风险指标计数")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "indicator", "office", "district", "trade"],
                nulls_distinct=False,
                name="risk_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} R{self.indicator:02d} {self.parties}"


class RiskTask(models.Model):
    """A party that waits for an answer to its score (待应对): by score, as far as the office can carry it."""

    run = models.ForeignKey(RiskRun, models.PROTECT, related_name="tasks", verbose_name=_("批次"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name=_("主管单位"))
    score = models.DecimalField(_("风险分"), max_digits=5, decimal_places=2)
    level = models.CharField(_("风险等级"), max_length=10, choices=Level)
    kind = models.CharField(_("应对方式"), max_length=10, choices=Level)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="+", verbose_name=_("办件"))

    class Meta:
        verbose_name = _("风险任务")
        verbose_name_plural = _("风险任务")
        constraints = [
            models.UniqueConstraint(fields=["party"], condition=Q(case__isnull=True), name="risk_task_waits_once"),
            models.CheckConstraint(condition=~Q(kind="none") & ~Q(level="none"), name="risk_task_calls_for_something"),
        ]
        indexes = [
            models.Index(F("score").desc(), F("id"), condition=Q(case__isnull=True), name="risk_task_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.kind} {self.score}"


class _RiskDetail(CaseDetail):
    """What a risk case rests on, with the figures as they stood when it was made."""

    run = models.ForeignKey(RiskRun, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批次"))
    score = models.DecimalField(_("风险分"), max_digits=5, decimal_places=2)
    level = models.CharField(_("风险等级"), max_length=10, choices=Level)
    trace = models.JSONField(_("计算过程"), default=list, blank=True)

    class Meta:
        abstract = True


class RiskReminder(_RiskDetail):
    """A reminder with its figures, and how the payer answered (风险提醒)."""

    class Answer(models.TextChoices):
        EXPLAINED = "explained", _("说明理由")
        CORRECTED = "corrected", _("已更正申报")
        DISPUTED = "disputed", _("数据有误")

    answer = models.CharField(_("答复方式"), max_length=10, choices=Answer, blank=True)
    correction = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("更正的申报")
    )
    disputed = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("提出异议的数据"))

    class Meta:
        verbose_name = _("风险提醒")
        verbose_name_plural = _("风险提醒")

    def __str__(self) -> str:
        return f"{self.case_id} {self.score}"


class RiskAssessment(_RiskDetail):
    """An assessment a person decided on (纳税评估); ``origin`` is the reminder it comes from."""

    origin = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("来源"))

    class Meta:
        verbose_name = _("纳税评估")
        verbose_name_plural = _("纳税评估")

    def __str__(self) -> str:
        return f"{self.case_id} {self.score}"


class RiskAudit(_RiskDetail):
    """An audit a person decided on (税务检查); what it finds is decided elsewhere and by people."""

    origin = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("来源"))

    class Meta:
        verbose_name = _("税务检查")
        verbose_name_plural = _("税务检查")

    def __str__(self) -> str:
        return f"{self.case_id} {self.score}"


class RiskOutcome(models.Model):
    """What became of one indicator in one case (应对结果): the feedback that weights are tuned by."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", _("属实")
        CORRECTED = "corrected", _("已自行更正")
        CLEARED = "cleared", _("排除")

    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("办件"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    indicator = models.PositiveSmallIntegerField(_("指标"))
    verdict = models.CharField(_("结果"), max_length=10, choices=Verdict)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("认定人"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("风险应对结果")
        verbose_name_plural = _("风险应对结果")
        constraints = [models.UniqueConstraint(fields=["case", "indicator"], name="risk_outcome_once")]
        indexes = [models.Index(fields=["party", "indicator"], name="risk_outcome_of_party")]

    def __str__(self) -> str:
        return f"{self.case_id} R{self.indicator:02d} {self.verdict}"
