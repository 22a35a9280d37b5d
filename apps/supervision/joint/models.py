"""Joint inspections drawn by lot, and what market regulation tells of invoice quotas (Art 33)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.identifiers import validate_credit_code
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class InspectionQuerySet(models.QuerySet):
    """Who may see an inspection: tax staff of the office that leads it or above, the units that take part."""

    def visible_to(self, actor: Actor):
        if actor.office is None or actor.party is not None:
            return self.none()
        if actor.office.is_tax:
            reach = Q(lead=actor.office) | Q(lead__parent=actor.office) | Q(lead__parent__parent=actor.office)
            return self.filter(reach)
        return self.filter(units__office=actor.office, committed_at__isnull=False)


class JointInspection(models.Model):
    """A joint inspection (联合检查): who takes part, of whom it draws, and the draw that anybody can repeat.

    The hash of the office's seed is published with the list before any unit gives its number; the draw uses all of
    them together, so that nobody could have chosen the outcome.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("计划")
        COMMITTED = "committed", _("名单已固定，待抽取")
        DRAWN = "drawn", _("已抽取，检查中")
        CLOSED = "closed", _("已结束")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    title = models.CharField(_("名称"), max_length=100)
    plan = models.TextField(_("检查内容"), max_length=2000)
    lead = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("牵头单位"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PLANNED)
    district = models.CharField(_("所在区"), max_length=6, blank=True)
    trade = models.CharField(_("行业代码开头"), max_length=5, blank=True)
    least_score = models.DecimalField(_("最低风险分"), max_digits=5, decimal_places=2, default=0)
    sample = models.PositiveSmallIntegerField(_("抽取户数"))
    per_target = models.PositiveSmallIntegerField(_("每户每单位检查人员数"), default=1)
    seed = models.CharField(_("种子"), max_length=64, blank=True, editable=False)
    seed_hash = models.CharField(_("种子的散列值"), max_length=64, blank=True, editable=False)
    list_hash = models.CharField(_("名单的散列值"), max_length=64, blank=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("制定人"))
    created_at = models.DateTimeField(_("制定时间"), default=clock.now)
    committed_at = models.DateTimeField(_("固定时间"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("联合检查")
        verbose_name_plural = _("联合检查")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", seed_hash="", committed_at__isnull=True)
                | ~Q(state="planned") & ~Q(seed_hash="") & ~Q(list_hash="") & Q(committed_at__isnull=False),
                name="inspection_commits_first",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | Q(drawn_at__gte=F("committed_at")), name="inspection_draw_follows"
            ),
            models.CheckConstraint(condition=Q(sample__gte=1, per_target__gte=1), name="inspection_draws_somebody"),
        ]

    def __str__(self) -> str:
        return self.title


class InspectionUnit(models.Model):
    """A unit that takes part, with its own number for the draw (参加单位)."""

    inspection = models.ForeignKey(JointInspection, models.CASCADE, related_name="units")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    number = models.CharField(_("随机数"), max_length=40, blank=True)
    given_at = models.DateTimeField(_("提供时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("参加单位")
        verbose_name_plural = _("参加单位")
        constraints = [models.UniqueConstraint(fields=["inspection", "office"], name="inspection_unit_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.office}"


class InspectionInspector(models.Model):
    """Somebody who may be drawn to inspect, under a code that is published (检查人员)."""

    inspection = models.ForeignKey(JointInspection, models.CASCADE, related_name="inspectors")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("人员"))
    code = models.CharField(_("公布的代码"), max_length=20)

    class Meta:
        verbose_name = _("检查人员")
        verbose_name_plural = _("检查人员")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "user"], name="inspector_once"),
            models.UniqueConstraint(fields=["inspection", "code"], name="inspector_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class InspectionCandidate(models.Model):
    """One line of the published list (待抽名单)."""

    inspection = models.ForeignKey(JointInspection, models.CASCADE, related_name="candidates")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人"))
    place = models.PositiveIntegerField(_("序号"))
    code = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("名称"), max_length=200)

    class Meta:
        verbose_name = _("待抽名单")
        verbose_name_plural = _("待抽名单")
        constraints = [
            models.UniqueConstraint(fields=["inspection", "place"], name="candidate_place_once"),
            models.UniqueConstraint(fields=["inspection", "code"], name="candidate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.name}"


class InspectionTarget(models.Model):
    """A taxpayer drawn, and who inspects it (检查对象)."""

    inspection = models.ForeignKey(JointInspection, models.CASCADE, related_name="targets")
    candidate = models.OneToOneField(InspectionCandidate, models.PROTECT, related_name="+", verbose_name=_("名单"))
    rank = models.PositiveSmallIntegerField(_("抽取次序"))
    inspectors = models.ManyToManyField(InspectionInspector, related_name="+", verbose_name=_("检查人员"))

    class Meta:
        verbose_name = _("检查对象")
        verbose_name_plural = _("检查对象")
        ordering = ["inspection", "rank"]
        constraints = [models.UniqueConstraint(fields=["inspection", "rank"], name="target_rank_once")]

    def __str__(self) -> str:
        return f"{self.rank} {self.candidate}"


class InspectionResult(models.Model):
    """What one unit found at one taxpayer, for all units that take part, and what was done about it (检查结果)."""

    class Finding(models.TextChoices):
        CLEAN = "clean", _("未发现问题")
        CORRECTED = "corrected", _("发现问题，当场改正")
        FOLLOW_UP = "follow_up", _("发现问题，需后续处理")
        ABSENT = "absent", _("无法联系或者不在经营地")

    target = models.ForeignKey(InspectionTarget, models.CASCADE, related_name="results")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    finding = models.CharField(_("结果"), max_length=10, choices=Finding)
    note = models.CharField(_("情况说明"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("登记人"))
    at = models.DateTimeField(_("登记时间"), default=clock.now)
    follow_up = models.CharField(_("后续处理"), max_length=1000, blank=True)
    followed_at = models.DateTimeField(_("处理完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("检查结果")
        verbose_name_plural = _("检查结果")
        constraints = [
            models.UniqueConstraint(
                fields=["target", "office"],
                name="result_once",
                violation_error_message=_("本单位已经登记过这一户的结果。"),
            ),
            models.CheckConstraint(
                condition=Q(followed_at__isnull=True, follow_up="")
                | Q(finding="follow_up", followed_at__isnull=False) & ~Q(follow_up=""),
                name="result_followed_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.office} {self.finding}"

    @property
    def open(self) -> bool:
        """Whether what came of it is still to be recorded."""
        return self.finding == self.Finding.FOLLOW_UP and self.followed_at is None


class MarketSignal(models.Model):
    """What market regulation tells of a business (市场监管信息)."""

    class Kind(models.TextChoices):
        ABNORMAL = "abnormal", _("列入经营异常名录")
        REVOKED = "revoked", _("吊销营业执照")
        NEW = "new", _("新设登记")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("来源单位"))
    number = models.CharField(_("来源单位编号"), max_length=60)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    code = models.CharField(_("统一社会信用代码"), max_length=18, validators=[validate_credit_code])
    name = models.CharField(_("名称"), max_length=200)
    on = models.DateField(_("日期"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("纳税人"))
    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("额度核实")
    )
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)

    class Meta:
        verbose_name = _("市场监管信息")
        verbose_name_plural = _("市场监管信息")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["office", "number"], name="market_signal_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class QuotaReview(CaseDetail):
    """A proposal to lower an invoice quota after what market regulation told (发票额度核实); a person decides."""

    signal_kind = models.CharField(_("市场监管信息"), max_length=10, choices=MarketSignal.Kind)
    signal_on = models.DateField(_("信息日期"))
    present = models.DecimalField(_("现有总额度（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("决定的总额度（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    sources = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("依据"))

    class Meta:
        verbose_name = _("发票额度核实")
        verbose_name_plural = _("发票额度核实")

    def __str__(self) -> str:
        return f"{self.case_id} {self.signal_kind}"
