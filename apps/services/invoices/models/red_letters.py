"""Red-letter confirmation forms: taking an issued invoice back, whole or in part (红字发票信息确认单, Art 14)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock
from apps.services.invoices.models.invoices import Invoice, InvoiceLine


class RedLetterQuerySet(models.QuerySet):
    """Forms by who may see them: the two sides of the invoice."""

    def of(self, party: Party):
        """Asked of or by ``party``."""
        return self.filter(Q(blue__seller=party) | Q(blue__buyer=party))


class RedLetter(models.Model):
    """One side asks to take an invoice back, the other agrees or not; then the seller's red invoice follows."""

    class Reason(models.TextChoices):
        MISTAKE = "mistake", _("开票有误")
        RETURN = "return", _("销货退回")
        CANCELLED = "cancelled", _("服务中止")
        ALLOWANCE = "allowance", _("销售折让")

    class State(models.TextChoices):
        WAITING = "waiting", _("待对方确认")
        ISSUED = "issued", _("已开具红字发票")
        REJECTED = "rejected", _("对方不同意")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("逾期未确认，已失效")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    blue = models.ForeignKey(Invoice, models.PROTECT, related_name="red_letters", verbose_name=_("被红冲的发票"))
    asked_by = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("申请方"))
    reason = models.CharField(_("红冲原因"), max_length=10, choices=Reason)
    amount = models.DecimalField(_("红冲金额"), max_digits=18, decimal_places=2)
    tax = models.DecimalField(_("红冲税额"), max_digits=18, decimal_places=2)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    asked_by_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"), default=clock.now)
    due_at = models.DateTimeField(_("确认期限"))
    answered_by_user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("答复人"))
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answer = models.CharField(_("答复说明"), max_length=200, blank=True)
    red = models.OneToOneField(
        Invoice, models.PROTECT, null=True, related_name="red_letter_of", verbose_name=_("红字发票")
    )

    objects = RedLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("红字发票确认单")
        verbose_name_plural = _("红字发票确认单")
        ordering = ["-id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="red_letter_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, tax__gte=0), name="red_letter_takes_something_back"),
            models.CheckConstraint(
                condition=Q(state="issued", red__isnull=False) | (~Q(state="issued") & Q(red__isnull=True)),
                name="red_letter_issued_has_invoice",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at__isnull=True)
                | (~Q(state="waiting") & Q(answered_at__isnull=False)),
                name="red_letter_ended_at",
            ),
            models.CheckConstraint(condition=~Q(red=F("blue")), name="red_letter_two_invoices"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} · {self.get_state_display()}"

    @property
    def other(self) -> Party | None:
        """Whose agreement is asked; None when the other side is not registered here."""
        return self.blue.buyer if self.asked_by_id == self.blue.seller_id else self.blue.seller


class RedLetterLine(models.Model):
    """How much of one line is taken back."""

    red_letter = models.ForeignKey(RedLetter, models.CASCADE, related_name="lines", verbose_name=_("确认单"))
    line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="+", verbose_name=_("发票明细"))
    amount = models.DecimalField(_("金额"), max_digits=18, decimal_places=2)
    tax = models.DecimalField(_("税额"), max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = _("红字确认单明细")
        verbose_name_plural = _("红字确认单明细")
        ordering = ["line__position"]
        constraints = [models.UniqueConstraint(fields=["red_letter", "line"], name="red_letter_line_once")]

    def __str__(self) -> str:
        return f"{self.red_letter_id}/{self.line_id}"
