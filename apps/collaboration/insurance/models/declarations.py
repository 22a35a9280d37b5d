"""An employer's monthly declaration with a line for each employee (单位社会保险费明细申报; 社会保险法 Art 60)."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.insurance.models.exchange import insurance_ref
from apps.kernel.ledger.models import ZERO, Yuan
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock


class DeclarationQuerySet(models.QuerySet):
    """Declarations: of their employer, at the tax offices."""

    def visible_to(self, actor: Actor):
        """Whoever acts for the employer within the mandate's levies, and tax staff."""
        if actor.party is not None:
            levies = actor.mandate.levies if actor.mandate is not None else []
            reach = not levies or set(levies) & set(InsuranceDeclaration.LEVIES)
            return self.filter(party=actor.party) if reach else self.none()
        return self.all() if actor.front_door == "counter" else self.none()


class InsuranceDeclaration(models.Model):
    """One sheet of an employer's month: taken in line by line, checked, then submitted (单位申报)."""

    class State(models.TextChoices):
        READING = "reading", _("正在读取核对")
        REFUSED = "refused", _("有错误，需要改正")
        READY = "ready", _("核对无误，等待提交")
        SUBMITTED = "submitted", _("已申报")
        REPLACED = "replaced", _("已被后来的表代替")

    LEVIES = ("pension", "medical", "unemployment", "injury")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=insurance_ref, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("用人单位"))
    period = models.CharField(_("所属期"), max_length=7)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.READING)
    in_force = models.BooleanField(_("有效"), default=False)
    injury_rate = models.DecimalField(_("工伤保险费率"), max_digits=6, decimal_places=5)
    file_name = models.CharField(_("文件"), max_length=120)
    content = models.BinaryField(editable=False)
    total_rows = models.PositiveIntegerField(_("总行数"), null=True)
    read_rows = models.PositiveIntegerField(_("已读行数"), default=0)
    wrong_rows = models.PositiveIntegerField(_("有错误的行"), default=0)
    problem = models.CharField(_("整张表的问题"), max_length=300, blank=True)
    persons = models.PositiveIntegerField(_("人数"), default=0)
    wage_total = Yuan(_("工资合计"), default=ZERO)
    base_total = Yuan(_("缴费基数合计"), default=ZERO)
    employer_total = Yuan(_("单位缴纳合计"), default=ZERO)
    employee_total = Yuan(_("个人缴纳合计"), default=ZERO)
    due = models.DateField(_("缴费期限"))
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("上传人"))
    created_at = models.DateTimeField(_("上传时间"), default=clock.now)
    finished_at = models.DateTimeField(_("核对完成时间"), null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("申报人"))
    submitted_at = models.DateTimeField(_("申报时间"), null=True)
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位社会保险费申报")
        verbose_name_plural = _("单位社会保险费申报")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "period"], condition=Q(in_force=True), name="insurance_declaration_in_force"
            ),
            models.UniqueConstraint(fields=["party", "idempotency_key"], name="insurance_declaration_once"),
            models.CheckConstraint(
                condition=Q(state="submitted", submitted_at__isnull=False) | ~Q(state="submitted"),
                name="insurance_declaration_submitted",
            ),
            models.CheckConstraint(
                condition=Q(in_force=False) | Q(state="submitted"), name="insurance_declaration_force"
            ),
        ]
        indexes = [models.Index(fields=["party", "-period", "-id"], name="insurance_declaration_party")]

    def __str__(self) -> str:
        return f"{self.period} {self.ref}"

    @property
    def about(self) -> str:
        return f"insurance-declaration/{self.ref}"

    @property
    def total(self) -> Decimal:
        """Both shares of everyone."""
        return self.employer_total + self.employee_total


class StagedEmployee(models.Model):
    """A row of the sheet as it was typed, until it is judged (待核对明细): it may hold anything."""

    declaration = models.ForeignKey(InsuranceDeclaration, models.CASCADE, related_name="staged")
    row = models.PositiveIntegerField(_("行"))
    name = models.CharField(_("姓名"), max_length=200)
    person_number = models.CharField(_("证件号码"), max_length=200)
    wage = models.CharField(_("月工资"), max_length=200)
    change = models.CharField(_("变动"), max_length=200)
    problems = ArrayField(models.CharField(max_length=20), default=list, verbose_name=_("问题"))

    class Meta:
        verbose_name = _("待核对明细")
        verbose_name_plural = _("待核对明细")
        constraints = [models.UniqueConstraint(fields=["declaration", "row"], name="staged_employee_once")]

    def __str__(self) -> str:
        return f"{self.declaration_id} {self.row}"


class DeclaredLine(models.Model):
    """One employee's month: wage, base, and both shares of each insurance (申报明细)."""

    class Change(models.TextChoices):
        NONE = "", _("无")
        JOIN = "join", _("新增")
        LEAVE = "leave", _("减少")

    class Bound(models.TextChoices):
        NONE = "", _("按工资")
        FLOOR = "floor", _("低于下限，按下限")
        CEILING = "ceiling", _("高于上限，按上限")

    declaration = models.ForeignKey(InsuranceDeclaration, models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField(_("行"))
    person_number = models.CharField(_("证件号码"), max_length=18, db_index=True)
    name = models.CharField(_("姓名"), max_length=60)
    change = models.CharField(_("变动"), max_length=5, choices=Change, blank=True, default="")
    wage = Yuan(_("月工资"))
    base = Yuan(_("缴费基数"))
    bound = models.CharField(_("基数说明"), max_length=7, choices=Bound, blank=True, default="")
    pension_employer = Yuan(_("养老（单位）"))
    pension_employee = Yuan(_("养老（个人）"))
    medical_employer = Yuan(_("医疗（单位）"))
    medical_employee = Yuan(_("医疗（个人）"))
    unemployment_employer = Yuan(_("失业（单位）"))
    unemployment_employee = Yuan(_("失业（个人）"))
    injury_employer = Yuan(_("工伤（单位）"))

    class Meta:
        verbose_name = _("申报明细")
        verbose_name_plural = _("申报明细")
        constraints = [
            models.UniqueConstraint(fields=["declaration", "person_number"], name="declared_line_once"),
            models.CheckConstraint(condition=Q(wage__gt=0, base__gt=0), name="declared_line_amounts"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def person_number_shown(self) -> str:
        return identifiers.masked(self.person_number)

    @property
    def employer_total(self) -> Decimal:
        """What the employer pays of its own."""
        return self.pension_employer + self.medical_employer + self.unemployment_employer + self.injury_employer

    @property
    def employee_total(self) -> Decimal:
        """What is withheld from the wage."""
        return self.pension_employee + self.medical_employee + self.unemployment_employee


class DeclarationReminder(models.Model):
    """That an employer was reminded of a month it has not declared (申报提醒); once."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("用人单位"))
    period = models.CharField(_("所属期"), max_length=7)
    at = models.DateTimeField(_("提醒时间"), default=clock.now)

    class Meta:
        verbose_name = _("申报提醒")
        verbose_name_plural = _("申报提醒")
        constraints = [models.UniqueConstraint(fields=["party", "period"], name="declaration_reminder_once")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.period}"
