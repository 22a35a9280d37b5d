"""What a pass over the city found, what has been enjoyed, and what does not fit together (Article 13)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.facts.bits import BitStringField
from apps.kernel.facts.pass_models import Pass
from apps.kernel.parties.models import Office, Party
from apps.kernel.rules.models import Policy, PolicyVersion
from apps.kernel.workcalendar import clock


class MatchRun(Pass):
    """One pass over the whole city (政策匹配批次): work goes on after the last party matched, and the last reminded."""

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("已中止")

    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RUNNING)
    versions = models.JSONField(_("参与匹配的政策版本"))
    push = models.BooleanField(_("推送提醒"), default=True)
    reminded_upto = models.BigIntegerField(default=0, editable=False)
    matched = models.PositiveBigIntegerField(_("匹配数"), default=0)
    reminded = models.PositiveBigIntegerField(_("新增提醒"), default=0)
    told = models.PositiveBigIntegerField(_("收到推送的纳税人"), default=0)
    tasks = models.PositiveIntegerField(_("派发的核实任务"), default=0)

    class Meta:
        verbose_name = _("政策匹配批次")
        verbose_name_plural = _("政策匹配批次")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="running"), name="match_run_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(state="running", finished_at__isnull=True)
                | ~Q(state="running") & Q(finished_at__gte=F("started_at")),
                name="match_run_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.on}"


class Match(models.Model):
    """What one pass found about one party, a bit for each policy of the pass. Only the latest passes are kept.

    No foreign keys in the database: the rows are made by one statement from the profiles themselves,
    and a trigger for each of millions of rows would double its time. The table is partitioned: one partition
    for each range of a pass (``matching.step``).
    """

    pk = models.CompositePrimaryKey("run_id", "party_id")
    run = models.ForeignKey(MatchRun, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    party = models.ForeignKey(Party, models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    met = BitStringField(_("符合条件"))
    flagged = BitStringField(_("申报已享受"))
    unclear = BitStringField(_("已享受但无法判断"))

    class Meta:
        verbose_name = _("政策匹配结果")
        verbose_name_plural = _("政策匹配结果")

    def __str__(self) -> str:
        return f"{self.run_id} {self.party_id}"


class Enjoyment(models.Model):
    """That a party enjoys a policy for a year by its own confirmation (享受记录)."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=_("政策"))
    year = models.PositiveSmallIntegerField(_("年度"))
    amount = models.DecimalField(_("优惠金额（元）"), max_digits=16, decimal_places=2, null=True)
    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name=_("办件"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("享受记录")
        verbose_name_plural = _("享受记录")
        constraints = [models.UniqueConstraint(fields=["party", "policy", "year"], name="enjoyment_once_a_year")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.policy_id} {self.year}"


class PolicyClaim(CaseDetail):
    """A benefit taken with one confirmation (免申即享), with the reasons it was granted for."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=_("政策"))
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name=_("政策版本"))
    year = models.PositiveSmallIntegerField(_("年度"))
    amount = models.DecimalField(_("优惠金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    trace = models.JSONField(_("判断过程"), default=list, blank=True)

    class Meta:
        verbose_name = _("免申即享确认")
        verbose_name_plural = _("免申即享确认")

    def __str__(self) -> str:
        return f"{self.policy} {self.year}"


class MonitorCount(models.Model):
    """How many parties stand how to a policy, by who is in charge of them and what they do (双向监控指标)."""

    class Kind(models.TextChoices):
        MISSED = "missed", _("应享未享")
        IRREGULAR = "irregular", _("违规享受")
        UNCLEAR = "unclear", _("已享受，事实不足")
        ENJOYED = "enjoyed", _("应享已享")

    run = models.ForeignKey(MatchRun, models.CASCADE, related_name="counts")
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=_("政策"))
    kind = models.CharField(_("指标"), max_length=10, choices=Kind)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", verbose_name=_("主管单位"))
    district = models.CharField(_("所在区"), max_length=6, blank=True)
    trade = models.CharField(_("行业门类"), max_length=1, blank=True)
    parties = models.PositiveIntegerField(_("户数"))
    amount = models.DecimalField(_("涉及金额（元）"), max_digits=20, decimal_places=2)

    class Meta:
        verbose_name = _("双向监控指标")
        verbose_name_plural = _("双向监控指标")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "policy", "kind", "office", "district", "trade"],
                nulls_distinct=False,
                name="monitor_count_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.kind} {self.parties}"


class Finding(models.Model):
    """A party enjoys a policy whose conditions it does not meet (违规享受疑点): one row a year."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=_("政策"))
    version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name=_("政策版本"))
    year = models.PositiveSmallIntegerField(_("年度"))
    run = models.ForeignKey(MatchRun, models.PROTECT, related_name="+", verbose_name=_("批次"))
    amount = models.DecimalField(_("涉及金额（元）"), max_digits=16, decimal_places=2, null=True)
    found_at = models.DateTimeField(_("发现时间"), default=clock.now)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="+", verbose_name=_("核实任务"))

    class Meta:
        verbose_name = _("违规享受疑点")
        verbose_name_plural = _("违规享受疑点")
        constraints = [models.UniqueConstraint(fields=["party", "policy", "year"], name="finding_once_a_year")]
        indexes = [
            models.Index(
                F("amount").desc(nulls_last=True), "id", condition=Q(case__isnull=True), name="finding_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.policy_id} {self.year}"


class EntitlementCheck(CaseDetail):
    """A task to check one finding, with the reasons as they stood when it was made."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    policy = models.ForeignKey(Policy, models.PROTECT, related_name="+", verbose_name=_("政策"))
    year = models.PositiveSmallIntegerField(_("年度"))
    amount = models.DecimalField(_("涉及金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    trace = models.JSONField(_("判断过程"), default=list, blank=True)

    class Meta:
        verbose_name = _("优惠享受核实")
        verbose_name_plural = _("优惠享受核实")

    def __str__(self) -> str:
        return f"{self.party} {self.policy}"
