"""Files handed in together, and what became of each invoice in them (批量导入, Art 14)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.documents.models import Upload
from apps.kernel.parties.actors import Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock
from apps.services.invoices.models.invoices import Invoice


class InvoiceReceipt(models.Model):
    """One handing-in (导入批次). It waits until its files have left quarantine; then every invoice is taken in."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待处理")
        DONE = "done", _("已完成")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="invoice_receipts", verbose_name=_("纳税人"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("导入人"))
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.WAITING)
    expected = models.PositiveIntegerField(_("发票份数"), default=0)
    received_at = models.DateTimeField(_("接收时间"), default=clock.now)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    done_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("发票导入批次")
        verbose_name_plural = _("发票导入批次")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], condition=Q(state="waiting"), name="invoice_receipt_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | Q(state="waiting", done_at__isnull=True),
                name="invoice_receipt_done_at",
            )
        ]

    def __str__(self) -> str:
        return self.ref


class ReceivedFile(models.Model):
    """One file of a handing-in, as it lies in quarantine or behind it."""

    receipt = models.ForeignKey(InvoiceReceipt, models.CASCADE, related_name="files", verbose_name=_("批次"))
    position = models.PositiveIntegerField(_("序号"))
    upload = models.OneToOneField(Upload, models.PROTECT, related_name="+", verbose_name=_("上传文件"))

    class Meta:
        verbose_name = _("导入的文件")
        verbose_name_plural = _("导入的文件")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["receipt", "position"], name="invoice_file_position")]

    def __str__(self) -> str:
        return f"{self.receipt_id}/{self.position}"


class ReceivedInvoice(models.Model):
    """What became of one invoice of a handing-in, told row by row."""

    class Outcome(models.TextChoices):
        NEW = "new", _("已导入")
        KNOWN = "known", _("此前已导入")
        CONFLICT = "conflict", _("与已有发票不一致")
        REFUSED = "refused", _("未导入")

    receipt = models.ForeignKey(InvoiceReceipt, models.CASCADE, related_name="rows", verbose_name=_("批次"))
    position = models.PositiveIntegerField(_("序号"))
    name = models.CharField(_("文件"), max_length=300)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome)
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, related_name="+", verbose_name=_("发票"))
    mistakes = ArrayField(models.TextField(), default=list, blank=True, verbose_name=_("说明"))

    class Meta:
        verbose_name = _("导入结果")
        verbose_name_plural = _("导入结果")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "position"], name="invoice_row_position"),
            models.CheckConstraint(
                condition=Q(outcome__in=["refused", "conflict"], invoice__isnull=True)
                | Q(outcome__in=["new", "known"], invoice__isnull=False),
                name="invoice_row_has_invoice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.get_outcome_display()}"
