"""The books (账簿): one balanced entry an event, written once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.ledger.models.amounts import Yuan
from apps.kernel.ledger.models.charges import Account
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock


class JournalEntry(models.Model):
    """One event in the books (记账凭证). Append-only; its postings sum to zero.

    Charges assessed together are one event: what each payer owes of them is a posting, what each levy brings is
    another, and the charges are the list behind it.
    """

    class Kind(models.TextChoices):
        ASSESSMENT = "assessment", _("核定")
        ADJUSTMENT = "adjustment", _("调整")
        PAYMENT = "payment", _("缴款")
        REFUND = "refund", _("退款")

    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    about = models.CharField(_("对象"), max_length=80)
    memo = models.CharField(_("摘要"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("记账凭证")
        verbose_name_plural = _("记账凭证")
        ordering = ["-id"]
        constraints = [
            # A payment or refund is booked once, whatever asks twice.
            models.UniqueConstraint(
                fields=["kind", "about"], condition=Q(kind__in=["payment", "refund"]), name="entry_once_per_event"
            ),
        ]
        indexes = [models.Index(fields=["about"], name="entry_about")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}"


class Posting(models.Model):
    """One line of an entry (分录): debit positive, credit negative. Append-only.

    What is owed is some payer's; what many charges together bring to an account is nobody's alone.
    """

    # Their keys are asked of a statement, not of a row (kernel/named_rows.py).
    entry = models.ForeignKey(
        JournalEntry, models.PROTECT, related_name="postings", verbose_name=_("凭证"), db_constraint=False
    )
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="+", verbose_name=_("科目"), db_index=False, db_constraint=False
    )
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("纳税人、缴费人"),
        db_index=False,
        db_constraint=False,
    )
    amount = Yuan(_("金额"))

    class Meta:
        verbose_name = _("分录")
        verbose_name_plural = _("分录")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero")]
        indexes = [models.Index(fields=["party", "account"], name="posting_party_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"
