"""Electronic invoices and their lines (数电票, Art 14)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock


class InvoiceQuerySet(models.QuerySet):
    """Invoices a party may see: those it issued or received."""

    def of(self, party: Party):
        """Issued or received by ``party``."""
        return self.filter(Q(seller=party) | Q(buyer=party))


class Invoice(models.Model):
    """One electronic invoice. What it is to a party, sale or purchase, follows from who looks."""

    class Kind(models.TextChoices):
        SPECIAL = "special", _("增值税专用发票")
        ORDINARY = "ordinary", _("普通发票")

    class Status(models.TextChoices):
        NORMAL = "normal", _("正常")
        RED = "red", _("红字")
        VOID = "void", _("作废")

    number = models.CharField(_("发票号码"), max_length=20, unique=True)
    kind = models.CharField(_("票种"), max_length=10, choices=Kind)
    status = models.CharField(_("状态"), max_length=10, choices=Status, default=Status.NORMAL)
    issued_at = models.DateTimeField(_("开票时间"))
    seller = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="invoices_issued", verbose_name=_("销售方"), db_index=False
    )
    seller_number = models.CharField(_("销售方识别号"), max_length=20)
    seller_name = models.CharField(_("销售方名称"), max_length=120)
    buyer = models.ForeignKey(
        Party, models.PROTECT, null=True, related_name="invoices_received", verbose_name=_("购买方"), db_index=False
    )
    buyer_number = models.CharField(_("购买方识别号"), max_length=20, blank=True)
    buyer_name = models.CharField(_("购买方名称"), max_length=120)
    amount = models.DecimalField(_("金额"), max_digits=18, decimal_places=2, help_text=_("不含税"))
    tax = models.DecimalField(_("税额"), max_digits=18, decimal_places=2)
    total = models.DecimalField(_("价税合计"), max_digits=18, decimal_places=2)
    digest = models.CharField(_("内容摘要"), max_length=64, editable=False)
    imported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("导入人"))
    imported_at = models.DateTimeField(_("导入时间"), default=clock.now)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("电子发票")
        verbose_name_plural = _("电子发票")
        indexes = [
            models.Index(fields=["seller", "-issued_at", "-id"], name="invoice_seller_issued"),
            models.Index(fields=["buyer", "-issued_at", "-id"], name="invoice_buyer_issued"),
            models.Index(fields=["issued_at"], name="invoice_issued"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{20}$"), name="invoice_number_digits"),
            models.CheckConstraint(condition=Q(total=F("amount") + F("tax")), name="invoice_adds_up"),
            models.CheckConstraint(
                condition=Q(status="red", amount__lte=0) | (~Q(status="red") & Q(amount__gte=0)),
                name="invoice_red_is_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_sale_of(self, party: Party) -> bool:
        """Whether ``party`` issued it; otherwise it received it."""
        return self.seller_id == party.pk


def _between_nothing_and(taken: str, whole: str) -> Q:
    """A discount's line is negative, and so is what is taken back of it."""
    return Q(**{f"{whole}__gte": 0, f"{taken}__gte": 0, f"{taken}__lte": F(whole)}) | Q(
        **{f"{whole}__lt": 0, f"{taken}__lte": 0, f"{taken}__gte": F(whole)}
    )


class InvoiceLine(models.Model):
    """One item of an invoice (开票项目)."""

    class Treatment(models.TextChoices):
        TAXED = "taxed", _("应税")
        EXEMPT = "exempt", _("免税")
        OUTSIDE = "outside", _("不征税")

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines", verbose_name=_("发票"), db_index=False)
    position = models.PositiveIntegerField(_("行号"))
    tax_class = models.CharField(_("税收分类编码"), max_length=19, blank=True)
    name = models.CharField(_("项目名称"), max_length=200)
    model = models.CharField(_("规格型号"), max_length=100, blank=True)
    unit = models.CharField(_("单位"), max_length=30, blank=True)
    quantity = models.DecimalField(_("数量"), max_digits=30, decimal_places=13, null=True)
    price = models.DecimalField(_("单价"), max_digits=30, decimal_places=13, null=True)
    amount = models.DecimalField(_("金额"), max_digits=18, decimal_places=2)
    treatment = models.CharField(_("征免"), max_length=10, choices=Treatment, default=Treatment.TAXED)
    rate = models.DecimalField(_("税率、征收率"), max_digits=6, decimal_places=4)
    tax = models.DecimalField(_("税额"), max_digits=18, decimal_places=2)
    # What confirmed or waiting red-letter forms take back; guarded by the constraint, see ``red_letters.py``.
    red_amount = models.DecimalField(_("已红冲金额"), max_digits=18, decimal_places=2, default=0)
    red_tax = models.DecimalField(_("已红冲税额"), max_digits=18, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("发票明细")
        verbose_name_plural = _("发票明细")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoice_line_position"),
            models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="invoice_line_rate"),
            models.CheckConstraint(
                condition=_between_nothing_and("red_amount", "amount") & _between_nothing_and("red_tax", "tax"),
                name="invoice_line_red_at_most_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"


class InvoiceOriginal(models.Model):
    """The file as it was handed in or issued, byte for byte: the XML, or an OFD whose page alone told it."""

    invoice = models.OneToOneField(Invoice, models.CASCADE, primary_key=True, related_name="original")
    content = models.BinaryField(_("原件"))
    sha256 = models.CharField(_("文件摘要"), max_length=64)

    class Meta:
        verbose_name = _("发票原件")
        verbose_name_plural = _("发票原件")

    def __str__(self) -> str:
        return f"{self.invoice_id}"

    @property
    def file_name(self) -> str:
        """The name it is handed out under."""
        return f"dzfp_{self.invoice.number}.{'ofd' if bytes(self.content[:2]) == b'PK' else 'xml'}"


class PurposeConfirmation(models.Model):
    """What a buyer uses a special invoice for (用途确认): its tax is deducted, or it is not."""

    class Purpose(models.TextChoices):
        DEDUCT = "deduct", _("用于抵扣")
        NOT_DEDUCT = "not_deduct", _("不抵扣")

    invoice = models.OneToOneField(
        Invoice, models.PROTECT, primary_key=True, related_name="purpose", verbose_name=_("发票")
    )
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("确认人"))
    confirmed_at = models.DateTimeField(_("确认时间"), default=clock.now)

    class Meta:
        verbose_name = _("发票用途确认")
        verbose_name_plural = _("发票用途确认")

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.get_purpose_display()}"
