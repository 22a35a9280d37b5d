"""Orders to pay, and what banks are asked and answer about accounts; Article 29.

An enquiry, a freeze and a deduction are cases that pass from the office that asks to whoever must approve, to the
bank and back. Taxes and social insurance share these tables: ``ground`` names the power (``grounds.py``).
"""

import datetime as dt

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import grounds
from apps.collaboration.banks.grounds import GROUNDS, Ground, Measure, Regime
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import ZERO, Charge, Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class PayOrderQuerySet(models.QuerySet):
    """Orders to pay: of the party ordered, at the office that gave them and those above it."""

    def visible_to(self, actor: Actor):
        """The party sees its own; a tax office its own and those of the offices below it."""
        if actor.party is not None:
            return self.filter(party=actor.party)
        if actor.office is None or not actor.office.is_tax:
            return self.none()
        return self.filter(
            Q(office=actor.office) | Q(office__parent=actor.office) | Q(office__parent__parent=actor.office)
        )


class PayOrder(models.Model):
    """An order to pay by a day (责令限期缴纳), without which nothing is taken by force."""

    ref = models.CharField(_("编号"), max_length=10, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("责令单位"))
    regime = models.CharField(_("类别"), max_length=10, choices=Regime)
    charges = models.ManyToManyField(Charge, related_name="+", verbose_name=_("应征税费"))
    amount = Yuan(_("责令缴纳的本金"))
    pay_by = models.DateField(_("缴纳期限"))
    issued_at = models.DateTimeField(_("作出时间"), default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    letter = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("限期缴纳通知书")
    )
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    objects = PayOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("责令限期缴纳")
        verbose_name_plural = _("责令限期缴纳")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="pay_order_amount"),
            models.UniqueConstraint(fields=["issued_by", "idempotency_key"], name="pay_order_once_per_key"),
        ]
        indexes = [models.Index(fields=["party", "-id"], name="pay_order_party")]

    def __str__(self) -> str:
        return f"{self.party} {self.pay_by}"

    @property
    def about(self) -> str:
        return f"pay-order/{self.ref}"

    def expired(self, on: dt.date) -> bool:
        """Whether the day to pay by has passed."""
        return on > self.pay_by


class BankRequestQuerySet(models.QuerySet):
    """Measures a party was told of, and those an office may see as cases."""

    def visible_to(self, actor: Actor):
        """The party concerned sees a measure once told of it; offices see what they see as cases."""
        if actor.party is not None:
            return self.filter(party=actor.party, told_at__isnull=False)
        return self.filter(case__in=Case.objects.visible_to(actor))


class BankRequest(CaseDetail):
    """What every request to a bank holds: the power, the person, the two officers, the permit."""

    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("当事人"))
    bank = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("金融机构"))
    asked_by = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("承办单位"))
    decider = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("批准机关"))
    first_officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("执法人员一"))
    first_certificate = models.CharField(_("执法人员一的执法证号"), max_length=30)
    second_officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("执法人员二"))
    second_certificate = models.CharField(_("执法人员二的执法证号"), max_length=30)
    facts = models.CharField(_("事实和理由"), max_length=1000)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批准人")
    )
    permit = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("文书")
    )
    answered_at = models.DateTimeField(_("金融机构答复时间"), null=True, blank=True)
    told_at = models.DateTimeField(_("告知当事人时间"), null=True, blank=True)

    objects = BankRequestQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def power(self) -> Ground:
        """The power this rests on."""
        return GROUNDS[self.ground]

    @property
    def appeal(self) -> str:
        """How the person concerned may appeal."""
        return grounds.appeal()

    def is_officer(self, user: User | None) -> bool:
        """Whether a user is one of the two officers."""
        return user is not None and user.pk in {self.first_officer_id, self.second_officer_id}


class AccountEnquiry(BankRequest):
    """A bank is asked about accounts (账户查询): only what is asked for may be answered."""

    ground = models.CharField(_("依据"), max_length=30, choices=grounds.choices(Measure.ENQUIRY))
    matter = models.CharField(_("案件编号"), max_length=40, blank=True)
    wants_accounts = models.BooleanField(_("开户情况"), default=True)
    wants_balances = models.BooleanField(_("余额"), default=False)
    since = models.DateField(_("资金往来起"), null=True, blank=True)
    until = models.DateField(_("资金往来止"), null=True, blank=True)

    class Meta:
        verbose_name = _("账户查询")
        verbose_name_plural = _("账户查询")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_officer=F("second_officer")),
                name="enquiry_two_officers",
                violation_error_message=_("须由两名不同的执法人员查询。"),
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True, until__isnull=True) | Q(since__lte=F("until")),
                name="enquiry_period",
            ),
            models.CheckConstraint(
                condition=Q(wants_accounts=True) | Q(wants_balances=True) | Q(since__isnull=False),
                name="enquiry_wants_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party}"

    @property
    def wants_movements(self) -> bool:
        """Whether movements of a period are asked for."""
        return self.since is not None

    @property
    def wanted(self) -> list[str]:
        """What is asked, in words."""
        found = []
        if self.wants_accounts:
            found.append(str(_("开户情况（账号、账户性质、开户日期）")))
        if self.wants_balances:
            found.append(str(_("余额")))
        if self.wants_movements:
            found.append(str(_("%(since)s 至 %(until)s 的资金往来") % {"since": self.since, "until": self.until}))
        return found


class BankAccount(models.Model):
    """An account the bank named in answer (存款账户)."""

    enquiry = models.ForeignKey(AccountEnquiry, models.PROTECT, related_name="accounts", verbose_name=_("账户查询"))
    number = models.CharField(_("账号"), max_length=40)
    kind = models.CharField(_("账户性质"), max_length=40, blank=True)
    opened_on = models.DateField(_("开户日期"), null=True, blank=True)
    balance = Yuan(_("余额"), null=True, blank=True)

    class Meta:
        verbose_name = _("存款账户")
        verbose_name_plural = _("存款账户")
        constraints = [models.UniqueConstraint(fields=["enquiry", "number"], name="bank_account_once")]

    def __str__(self) -> str:
        return f"{self.enquiry_id} …{self.number[-4:]}"


class AccountMovement(models.Model):
    """Money in or out of an account within the period asked for (资金往来)."""

    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="movements", verbose_name=_("账户"))
    on = models.DateField(_("日期"))
    amount = Yuan(_("金额"), help_text=_("收入为正，支出为负。"))
    counterparty = models.CharField(_("对方"), max_length=120, blank=True)
    summary = models.CharField(_("摘要"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("资金往来")
        verbose_name_plural = _("资金往来")
        ordering = ["on", "id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="account_movement_amount")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.on}"


class AccountRead(models.Model):
    """That somebody looked at account data, why, and what an auditor found of it (账户资料查阅)."""

    class Finding(models.TextChoices):
        PROPER = "proper", _("查阅正当")
        DOUBTFUL = "doubtful", _("存疑，已交督察")

    ref = models.CharField(_("编号"), max_length=10, unique=True, default=reference, editable=False)
    enquiry = models.ForeignKey(AccountEnquiry, models.PROTECT, related_name="reads", verbose_name=_("账户查询"))
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("查阅人"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("单位"))
    at = models.DateTimeField(_("查阅时间"), default=clock.now)
    purpose = models.CharField(_("查阅目的"), max_length=200)
    finding = models.CharField(_("审计意见"), max_length=10, choices=Finding, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审计人")
    )
    reviewed_at = models.DateTimeField(_("审计时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("账户资料查阅")
        verbose_name_plural = _("账户资料查阅")
        constraints = [
            models.CheckConstraint(
                condition=Q(finding="", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | (~Q(finding="") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False)),
                name="account_read_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
                name="account_read_second_person",
            ),
        ]
        indexes = [models.Index(fields=["finding", "-id"], name="account_read_waiting")]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.at}"


class AccountOrder(BankRequest):
    """A bank is ordered to freeze deposits or to deduct from them (冻结、扣缴)."""

    class Release(models.TextChoices):
        PAID = "paid", _("已经缴清")
        DEDUCTED = "deducted", _("已从冻结的存款中扣缴")
        EXPIRED = "expired", _("保全期限届满")
        LIFTED = "lifted", _("经批准解除")

    ground = models.CharField(
        _("依据"), max_length=30, choices=grounds.choices(Measure.FREEZE) + grounds.choices(Measure.DEDUCT)
    )
    account = models.CharField(
        _("账号"), max_length=40, help_text=_("开户行名下的账号；不填则由金融机构在其名下账户中执行。"), blank=True
    )
    limit = Yuan(_("金额上限（元）"), validators=[MinValueValidator(ZERO)])
    pay_order = models.ForeignKey(
        PayOrder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责令限期缴纳")
    )
    preservation = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deductions", verbose_name=_("所依据的冻结")
    )
    signs = models.CharField(_("转移、隐匿的迹象"), max_length=500, blank=True)
    security_asked_on = models.DateField(_("责成提供担保的日期"), null=True, blank=True)
    dependants = models.PositiveSmallIntegerField(_("所扶养家属人数"), null=True, blank=True)
    kept = Yuan(_("为本人及所扶养家属保留的生活费"), default=ZERO)
    executed = Yuan(_("实际冻结、扣缴金额"), null=True, blank=True)
    reference = models.CharField(_("金融机构流水号"), max_length=60, blank=True)
    executed_on = models.DateField(_("执行日期"), null=True, blank=True)
    extended_by = models.CharField(_("国家税务总局批准延长的文号"), max_length=60, blank=True)
    release = models.CharField(_("解除原因"), max_length=10, choices=Release, blank=True)
    released_on = models.DateField(_("解除日期"), null=True, blank=True)
    security = models.CharField(_("担保"), max_length=300, blank=True)
    deferred_until = models.DateField(_("延期缴费协议约定的日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("冻结、扣缴")
        verbose_name_plural = _("冻结、扣缴")
        constraints = [
            models.CheckConstraint(condition=~Q(first_officer=F("second_officer")), name="order_two_officers"),
            models.CheckConstraint(condition=Q(limit__gt=0, kept__gte=0), name="order_limit"),
            models.CheckConstraint(
                condition=Q(executed__isnull=True) | Q(executed__gte=0, executed__lte=F("limit")),
                name="order_executed_within_limit",
            ),
            models.UniqueConstraint(
                fields=["bank", "reference"], condition=~Q(reference=""), name="order_bank_reference_once"
            ),
        ]
        indexes = [models.Index(fields=["party"], name="account_order_party")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.party}"

    @property
    def in_force(self) -> bool:
        """Whether money is frozen now."""
        return bool(self.executed) and not self.release and self.power.measure == Measure.FREEZE
