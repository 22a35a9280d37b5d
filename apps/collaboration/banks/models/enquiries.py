"""What banks are asked and answer about accounts, and who looked at the answers (Art 29)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks import grounds
from apps.collaboration.banks.grounds import Measure
from apps.collaboration.banks.models.requests import BankRequest
from apps.kernel.ledger.models import Yuan
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, User
from apps.kernel.workcalendar import clock


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
