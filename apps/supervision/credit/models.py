"""The credit file (信用档案) of each payer: deductions, yearly results, runs, measures (Art 34)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.facts.pass_models import Pass
from apps.kernel.facts.subjects import CreditRating
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock
from apps.supervision.credit.indicators import CHOICES, INDICATORS, Indicator


def in_points(label, **more) -> models.DecimalField:
    """A column of credit points, with two decimals: shares of whole points come out exactly."""
    return models.DecimalField(label, max_digits=5, decimal_places=2, **more)


class FileQuerySet(models.QuerySet):
    """Rows with a ``party``: the payer's own, or those in the charge of the actor's tax office."""

    def visible_to(self, actor: Actor):
        """Whoever manages or may act in this matter for the party; the office in charge and those above it."""
        if actor.party is not None:
            inside = actor.mandate is None or actor.mandate.covers(matter="credit-repair")
            return self.filter(party=actor.party) if inside and not actor.draft else self.none()
        if actor.office is None or not actor.office.is_tax:
            return self.none()
        if actor.office.kind == Office.Kind.TAX_CITY:
            return self.all()
        office = actor.office
        return self.filter(
            Q(party__office=office) | Q(party__office__parent=office) | Q(party__office__parent__parent=office)
        )


class DeductionQuerySet(FileQuerySet):
    """Deductions."""

    def counted(self):
        """Those that count: the payer has been told, and they were not struck out."""
        return self.filter(told_at__isnull=False, struck_at__isnull=True)


class Deduction(models.Model):
    """One deduction (扣分), or one case of direct D. Only ``deductions`` and ``mending`` write it.

    It counts from the moment the payer has been told (``told_at``): never a penal effect without notice.
    """

    class Source(models.TextChoices):
        DATA = "data", _("系统自动采集")
        OFFICER = "officer", _("税务人员录入，另一人复核")

    class State(models.TextChoices):
        """Derived from the dates, never stored."""

        OPEN = "open", _("待纠正")
        MENDED = "mended", _("已纠正，可以申请修复")
        REPAIRED = "repaired", _("已修复")
        STRUCK = "struck", _("复评后撤销")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", db_index=False, verbose_name=_("纳税人、缴费人"))
    code = models.SlugField(_("扣分指标"), max_length=40, choices=CHOICES)
    period = models.CharField(_("所属月份或者证据编号"), max_length=40)
    year = models.PositiveSmallIntegerField(_("评价年度"))
    happened_on = models.DateField(_("发生日期"))
    counted_from = models.DateField(_("纠正期限的起算日"))
    points = in_points(_("扣分"))
    direct = models.BooleanField(_("直接判为 D 级"), default=False)
    waits_months = models.PositiveSmallIntegerField(_("修复前的等待月数"), default=0)
    tax = models.DecimalField(_("涉及税费（元）"), max_digits=16, decimal_places=2, null=True)
    evidence = models.CharField(_("证据"), max_length=500)
    about = models.CharField(_("来源"), max_length=80, blank=True)
    clause = models.CharField(_("依据"), max_length=200)
    source = models.CharField(_("来源类别"), max_length=10, choices=Source)
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("录入人"))
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("复核人"))
    recorded_at = models.DateTimeField(_("记录时间"), default=clock.now)
    told_at = models.DateTimeField(_("告知时间"), null=True)
    mended_on = models.DateField(_("纠正日期"), null=True)
    restored = in_points(_("恢复的分数"), default=0)
    repaired_on = models.DateField(_("修复日期"), null=True)
    struck_at = models.DateTimeField(_("撤销时间"), null=True)

    objects = DeductionQuerySet.as_manager()

    class Meta:
        verbose_name = _("信用扣分")
        verbose_name_plural = _("信用扣分")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "code", "period"],
                name="credit_deduction_once",
                violation_error_message=_("这一项已经记录过，不会重复扣分。"),
            ),
            models.CheckConstraint(
                condition=Q(direct=True, points=0, waits_months__gt=0) | Q(direct=False, points__gt=0, waits_months=0),
                name="credit_points_or_direct",
            ),
            models.CheckConstraint(
                condition=Q(restored__gte=0, restored__lte=F("points")), name="credit_restored_within_points"
            ),
            models.CheckConstraint(
                condition=Q(repaired_on__isnull=True) | Q(mended_on__isnull=False, repaired_on__gte=F("mended_on")),
                name="credit_repaired_after_mended",
            ),
            models.CheckConstraint(
                condition=Q(source="data", entered_by__isnull=True)
                | Q(source="officer", entered_by__isnull=False, confirmed_by__isnull=False)
                & ~Q(entered_by=F("confirmed_by")),
                name="credit_two_people",
                violation_error_message=_("录入和复核必须是两个人。"),
            ),
        ]
        indexes = [
            models.Index(fields=["party", "year"], name="credit_deduction_file"),
            models.Index(fields=["year", "party"], name="credit_deduction_year"),
            models.Index(fields=["id"], condition=Q(told_at__isnull=True), name="credit_deduction_untold"),
            models.Index(
                fields=["party"],
                condition=Q(direct=True, struck_at__isnull=True, repaired_on__isnull=True),
                name="credit_deduction_direct",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.period}"

    @property
    def indicator(self) -> Indicator:
        """The indicator in words."""
        return INDICATORS[self.code]

    @property
    def stream(self) -> str:
        """Its name in the evidence and on messages."""
        return f"credit/{self.ref}"

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.struck_at:
            return self.State.STRUCK
        if self.repaired_on:
            return self.State.REPAIRED
        return self.State.MENDED if self.mended_on else self.State.OPEN

    @property
    def standing(self) -> str:
        """The state in words."""
        return str(self.State(self.state).label)

    @property
    def tone(self) -> str:
        """How its tag looks."""
        return {self.State.OPEN: "due", self.State.MENDED: "wait"}.get(self.State(self.state), "done")

    @property
    def net(self):
        """What it still costs."""
        return self.points - self.restored


class Proposal(models.Model):
    """A deduction an officer proposes, with evidence; a second person decides (录入复核)."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("录入单位"))
    code = models.SlugField(_("扣分指标"), max_length=40, choices=CHOICES)
    period = models.CharField(
        _("证据文号"), max_length=40, help_text=_("例如：处理决定书、检查通知书的文号。同一文号不会重复扣分。")
    )
    happened_on = models.DateField(_("发生日期"))
    tax = models.DecimalField(_("涉及税费（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    evidence = models.CharField(_("事实和证据"), max_length=500, help_text=_("纳税人会看到这段话。"))
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("录入人"))
    proposed_at = models.DateTimeField(_("录入时间"), default=clock.now)
    accepted = models.BooleanField(_("是否同意"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    decided_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    opinion = models.CharField(_("复核意见"), max_length=500, blank=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("信用扣分录入")
        verbose_name_plural = _("信用扣分录入")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "code", "period"],
                condition=Q(accepted__isnull=True) | Q(accepted=True),
                name="credit_proposal_once",
                violation_error_message=_("这一文号的同一项扣分已经录入。"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, accepted__isnull=True)
                | Q(decided_by__isnull=False, accepted__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="credit_proposal_two_people",
                violation_error_message=_("录入和复核必须是两个人。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.period}"


class CreditRun(Pass):
    """One yearly evaluation of everybody (年度评价批次). ``last_party`` says how far its present stage is."""

    class State(models.TextChoices):
        EVALUATING = "evaluating", _("评价中")
        EVALUATED = "evaluated", _("已评价，待发布")
        PUBLISHING = "publishing", _("发布中")
        PUBLISHED = "published", _("已发布")

    WORKING = (State.EVALUATING, State.PUBLISHING)

    year = models.PositiveSmallIntegerField(_("评价年度"), unique=True)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.EVALUATING)
    told = models.PositiveBigIntegerField(_("已发布"), default=0)
    tasks = models.PositiveBigIntegerField(_("派发的措施"), default=0)
    stage_began = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("年度信用评价")
        verbose_name_plural = _("年度信用评价")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="published", finished_at__isnull=False)
                | ~Q(state="published") & Q(finished_at__isnull=True),
                name="credit_run_finished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class CreditYear(models.Model):
    """The result of one party for one year (年度评价结果), kept up with repair and re-evaluation.

    No foreign keys in the database: the rows are made by one statement from the register itself. Each year is a
    partition with its own indexes, by payer and by level (``results``).
    """

    pk = models.CompositePrimaryKey("year", "party_id")
    year = models.PositiveSmallIntegerField(_("评价年度"))
    party = models.ForeignKey(
        Party,
        models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("纳税人、缴费人"),
    )
    start = in_points(_("起评分"))
    deducted = in_points(_("扣分"))
    restored = in_points(_("恢复的分数"))
    clean = in_points(_("守信月加分"))
    score = in_points(_("得分"))
    direct = models.BooleanField(_("直接判为 D 级"))
    level = models.CharField(_("级别"), max_length=1, choices=CreditRating)
    published_at = models.DateTimeField(_("发布时间"), null=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = _("年度信用评价结果")
        verbose_name_plural = _("年度信用评价结果")
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=F("start")), name="credit_score_range"),
            models.CheckConstraint(condition=Q(level__in=CreditRating.values), name="credit_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.year} {self.level}"

    @property
    def tone(self) -> str:
        """How the level's tag looks."""
        return {"A": "done", "B": "done", "D": "due"}.get(self.level, "wait")


class CreditChange(models.Model):
    """A published result that changed, and why (级别动态调整)."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    year = models.PositiveSmallIntegerField(_("评价年度"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    score_before = in_points(_("原得分"))
    score = in_points(_("现得分"))
    level_before = models.CharField(_("原级别"), max_length=1, choices=CreditRating)
    level = models.CharField(_("现级别"), max_length=1, choices=CreditRating)
    cause = models.CharField(_("原因"), max_length=200)
    about = models.CharField(_("对象"), max_length=80)

    class Meta:
        verbose_name = _("信用级别变动")
        verbose_name_plural = _("信用级别变动")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["party", "year"], name="credit_change_file")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.year} {self.level_before}→{self.level}"


class Measure(models.Model):
    """What a level brings (分级分类措施): a privilege for the trustworthy, a joint measure for the dishonest."""

    code = models.SlugField(_("代码"), max_length=40, unique=True)
    level = models.CharField(_("级别"), max_length=1, choices=CreditRating)
    title = models.CharField(_("措施"), max_length=120)
    clause = models.CharField(_("依据"), max_length=200)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("负责部门"))
    active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("信用措施")
        verbose_name_plural = _("信用措施")
        ordering = ["level", "code"]

    def __str__(self) -> str:
        return self.title


class MeasureTaskQuerySet(FileQuerySet):
    """Measures to carry out."""

    def of_department(self, actor: Actor):
        """Those an officer of the department in charge, or its system, carries out."""
        if actor.front_door != "partner" or "officer" not in actor.roles:
            return self.none()
        return self.filter(measure__office=actor.office)


class MeasureTask(models.Model):
    """One measure to be carried out for one party, and what its department reports (措施执行和反馈)."""

    class State(models.TextChoices):
        OPEN = "open", _("待执行")
        DONE = "done", _("已执行")
        DECLINED = "declined", _("不适用")
        LIFTED = "lifted", _("级别变动，已停止")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="tasks", verbose_name=_("措施"))
    party = models.ForeignKey(Party, models.PROTECT, db_index=False, related_name="+", verbose_name=_("纳税人、缴费人"))
    year = models.PositiveSmallIntegerField(_("评价年度"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(_("派发时间"), default=clock.now)
    report = models.CharField(_("执行情况"), max_length=500, blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("反馈人"))
    reported_at = models.DateTimeField(_("反馈时间"), null=True)
    lifted_at = models.DateTimeField(_("停止时间"), null=True)

    objects = MeasureTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("信用措施执行")
        verbose_name_plural = _("信用措施执行")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "party", "year"], condition=~Q(state="lifted"), name="credit_measure_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "declined"]) | Q(reported_at__isnull=False, reported_by__isnull=False),
                name="credit_measure_reported",
            ),
            models.CheckConstraint(
                condition=Q(state="lifted", lifted_at__isnull=False) | ~Q(state="lifted") & Q(lifted_at__isnull=True),
                name="credit_measure_lifted",
            ),
        ]
        indexes = [models.Index(fields=["party", "year"], name="credit_measure_file")]

    def __str__(self) -> str:
        return f"{self.measure} {self.party}"


class CreditRepair(CaseDetail):
    """An application to have a mended deduction restored (信用修复申请)."""

    deduction = models.ForeignKey(Deduction, models.PROTECT, related_name="+", verbose_name=_("扣分事项"))
    explanation = models.TextField(_("纠正情况"), max_length=1000, blank=True, default="")
    trace = models.JSONField(_("判断过程"), default=list, blank=True)
    mended_on = models.DateField(_("认定的纠正日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("信用修复申请")
        verbose_name_plural = _("信用修复申请")

    def __str__(self) -> str:
        return str(self.deduction)


class CreditReevaluation(CaseDetail):
    """A payer says a deduction or a result is wrong (信用复评申请)."""

    year = models.PositiveSmallIntegerField(_("评价年度"))
    deduction = models.ForeignKey(
        Deduction, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("扣分事项")
    )
    grounds = models.TextField(_("事实和理由"), max_length=2000)

    class Meta:
        verbose_name = _("信用复评申请")
        verbose_name_plural = _("信用复评申请")

    def __str__(self) -> str:
        return f"{self.year}"
