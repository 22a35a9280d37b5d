"""The register of professional agencies: who they are, their staff, their conduct and yearly reports (Art 7)."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, PeriodQuerySet, User
from apps.kernel.workcalendar import clock


class AgencyKind(models.TextChoices):
    TAX_FIRM = "tax_firm", _("税务师事务所")
    ACCOUNTING_FIRM = "accounting_firm", _("会计师事务所")
    LAW_FIRM = "law_firm", _("律师事务所")
    BOOKKEEPING = "bookkeeping", _("代理记账机构")
    OTHER = "other", _("其他涉税专业服务机构")


class Service(models.TextChoices):
    """What an agency offers (业务范围)."""

    FILING = "filing", _("纳税申报代理")
    ADVICE = "advice", _("一般税务咨询")
    SPECIAL = "special", _("专业税务顾问、税收策划")
    VERIFICATION = "verification", _("涉税鉴证、纳税情况审查")
    AGENCY = "agency", _("其他税务事项代理")


class AgencyQuerySet(models.QuerySet):
    """Agencies with the points that make their grade."""

    def listed(self):
        """On the public register today."""
        return self.filter(struck_at__isnull=True, party__active=True)

    def with_points(self):
        """Adds ``conduct_points``: the sum of the conduct that counts."""
        counted = Sum("conduct__points", filter=Q(conduct__withdrawn_at__isnull=True))
        return self.annotate(conduct_points=Coalesce(counted, Value(0)))


class Agency(models.Model):
    """An agency on the register; only ``registering.py`` and ``supervising.py`` change it."""

    number = models.CharField(_("登记编号"), max_length=14, unique=True, editable=False)
    party = models.OneToOneField(Party, models.PROTECT, related_name="agency", verbose_name=_("单位"))
    kind = models.CharField(_("类别"), max_length=20, choices=AgencyKind)
    services = models.CharField(_("业务范围"), max_length=80)
    association = models.CharField(_("行业协会"), max_length=100, blank=True)
    registered_on = models.DateField(_("登记日期"), default=clock.today)
    struck_at = models.DateTimeField(_("注销时间"), null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("涉税专业服务机构")
        verbose_name_plural = _("涉税专业服务机构")
        ordering = ["party__name"]

    def __str__(self) -> str:
        return self.party.name

    @property
    def service_labels(self) -> list[str]:
        """The services in words."""
        return [str(Service(code).label) for code in self.services.split(",") if code in Service.values]


class AgencyStaff(models.Model):
    """A qualified person who works in an agency (从业人员). Shown by name and qualification only."""

    class Qualification(models.TextChoices):
        TAX_ADVISER = "tax_adviser", _("税务师")
        ACCOUNTANT = "accountant", _("注册会计师")
        LAWYER = "lawyer", _("律师")
        OTHER = "other", _("其他")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="staff", verbose_name=_("机构"))
    name = models.CharField(_("姓名"), max_length=60)
    qualification = models.CharField(_("资格"), max_length=12, choices=Qualification)
    certificate = models.CharField(_("证书编号"), max_length=40)
    valid_from = models.DateField(_("开始日期"), default=clock.today)
    valid_to = models.DateField(_("结束日期"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("从业人员")
        verbose_name_plural = _("从业人员")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "certificate"], condition=Q(valid_to__isnull=True), name="agency_staff_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="agency_staff_period"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.get_qualification_display()}"


class ConductRecord(models.Model):
    """One piece of good or bad conduct with its source (信用记录); it is withdrawn with a reason, never edited."""

    class Kind(models.TextChoices):
        COMMENDED = "commended", _("受到税务机关表扬")
        PUBLIC_SERVICE = "public_service", _("参与公益性涉税服务")
        REPORT_MISSING = "report_missing", _("未按期报送年度信息报告")
        COMPLAINT_UPHELD = "complaint_upheld", _("投诉查证属实")
        FALSE_FILING = "false_filing", _("代理申报不实造成少缴税款")

    ref = models.CharField(max_length=12, unique=True, default=reference, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="conduct", verbose_name=_("机构"))
    kind = models.CharField(_("行为"), max_length=20, choices=Kind)
    points = models.IntegerField(_("加减分"))
    source = models.CharField(_("来源文书"), max_length=120)
    happened_on = models.DateField(_("发生日期"))
    recorded_at = models.DateTimeField(_("记录时间"), default=clock.now)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("记录人"))
    withdrawn_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("撤销理由"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("信用记录")
        verbose_name_plural = _("信用记录")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "source"], name="conduct_once_per_source"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="conduct_withdrawn_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.kind}"


class AnnualReport(models.Model):
    """What an agency reports of a year (年度信息报告)."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="reports", verbose_name=_("机构"))
    year = models.PositiveSmallIntegerField(_("年度"))
    staff = models.PositiveIntegerField(_("从业人员人数"))
    clients = models.PositiveIntegerField(_("服务户数"))
    income = models.DecimalField(
        _("涉税专业服务收入（元）"), max_digits=16, decimal_places=2, validators=[MinValueValidator(0)]
    )
    filed_at = models.DateTimeField(_("报送时间"), default=clock.now)

    class Meta:
        verbose_name = _("年度信息报告")
        verbose_name_plural = _("年度信息报告")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"],
                name="agency_report_once",
                violation_error_message=_("这一年度的报告已经报送。"),
            ),
            models.CheckConstraint(condition=Q(income__gte=0), name="agency_report_income"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.year}"


class AgencyApplication(CaseDetail):
    """What an organisation states when it asks to be entered on the register."""

    kind = models.CharField(_("机构类别"), max_length=20, choices=AgencyKind, default="")
    licence = models.CharField(
        _("执业证书或批准文号"), max_length=60, default="", help_text=_("例如：沪税师执字〔2026〕0012号。")
    )
    filing = models.BooleanField(Service.FILING.label, default=False)
    advice = models.BooleanField(Service.ADVICE.label, default=False)
    special = models.BooleanField(Service.SPECIAL.label, default=False)
    verification = models.BooleanField(Service.VERIFICATION.label, default=False)
    agency = models.BooleanField(Service.AGENCY.label, default=False)
    staff = models.TextField(
        _("从业人员"),
        max_length=4000,
        default="",
        help_text=_("每行一人：姓名，资格（税务师、注册会计师、律师或其他），证书编号。"),
    )
    association = models.CharField(
        _("行业协会"), max_length=100, default="", blank=True, help_text=_("已加入行业自律组织的，请填写全称。")
    )

    class Meta:
        verbose_name = _("涉税专业服务机构登记申请")
        verbose_name_plural = _("涉税专业服务机构登记申请")

    def __str__(self) -> str:
        return f"{self.case_id}"

    @property
    def chosen_services(self) -> list[str]:
        """The codes of the services asked for."""
        return [code for code in Service.values if getattr(self, code)]


def agency_of(actor: Actor) -> Agency | None:
    """The listed agency the actor acts for, if the party acted for is one."""
    if actor.party is None:
        return None
    return Agency.objects.listed().filter(party=actor.party).select_related("party").first()
