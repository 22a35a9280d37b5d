"""Marks that stop an invoice from being used twice, and sealed archive packages (报销入账标识、归档, Art 14)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock
from apps.services.invoices.models.invoices import Invoice


def package_path(package: "ArchivePackage", _name: str) -> str:
    """Where a package is stored: a random name that tells nothing."""
    return f"invoice-archives/{package.sealed_at:%Y/%m}/{reference(26)}.zip"


class UseMark(models.Model):
    """That a party has reimbursed or entered an invoice (报销标识、入账标识): once, until it is withdrawn."""

    class Kind(models.TextChoices):
        REIMBURSED = "reimbursed", _("已报销")
        ENTERED = "entered", _("已入账")

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="marks", verbose_name=_("发票"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("使用单位"))
    kind = models.CharField(_("标识"), max_length=10, choices=Kind)
    voucher = models.CharField(_("凭证号或报销单号"), max_length=60)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("标记人"))
    made_at = models.DateTimeField(_("标记时间"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("取消时间"), null=True, blank=True)
    withdrawn_because = models.CharField(_("取消原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("报销入账标识")
        verbose_name_plural = _("报销入账标识")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "party", "kind"], condition=Q(withdrawn_at__isnull=True), name="invoice_used_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_because="")),
                name="invoice_mark_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.voucher}"


class ArchivePackage(models.Model):
    """A sealed package of invoices for an accounting year (电子会计档案). Each rests on the one before."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="invoice_archives", verbose_name=_("立档单位"))
    sequence = models.PositiveIntegerField(_("序号"))
    fiscal_year = models.PositiveSmallIntegerField(_("会计年度"))
    keep_years = models.PositiveSmallIntegerField(_("保管期限（年）"))
    keep_until = models.DateField(_("保管至"))
    invoices_number = models.PositiveIntegerField(_("发票份数"))
    head = models.CharField(_("清单链头"), max_length=64, help_text=_("最后一件的链式摘要"))
    previous = models.CharField(_("上一包链头"), max_length=64, blank=True)
    sha256 = models.CharField(_("文件摘要"), max_length=64)
    file = models.FileField(_("文件"), upload_to=package_path, max_length=200)
    sealed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("归档人"))
    sealed_at = models.DateTimeField(_("归档时间"), default=clock.now)

    class Meta:
        verbose_name = _("发票归档包")
        verbose_name_plural = _("发票归档包")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["party", "sequence"], name="invoice_archive_in_order"),
            models.CheckConstraint(condition=Q(invoices_number__gt=0), name="invoice_archive_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} · {self.sequence}"


class ArchivedInvoice(models.Model):
    """One invoice of a package. A party archives an invoice once."""

    package = models.ForeignKey(ArchivePackage, models.PROTECT, related_name="entries", verbose_name=_("归档包"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("立档单位"))
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="archived", verbose_name=_("发票"))

    class Meta:
        verbose_name = _("已归档发票")
        verbose_name_plural = _("已归档发票")
        constraints = [models.UniqueConstraint(fields=["party", "invoice"], name="invoice_archived_once")]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.invoice_id}"
