"""What two units agree to share once, and data asked for that the catalogue lacks (Art 18 para 1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.datashare.catalogue.models import Dataset
from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock


class Consultation(CaseDetail):
    """Fields, manner, purpose and destruction date that two units agree on (临时共享协商)."""

    class Manner(models.TextChoices):
        FILE = "file", _("通过本平台交换文件")
        VIEW = "view", _("到提供单位查阅")
        ANSWER = "answer", _("就具体问题书面答复")

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("提出单位"))
    counterpart = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("提供单位"))
    subject = models.CharField(_("数据"), max_length=120)
    fields = models.TextField(_("数据项"), max_length=1000, help_text=_("逐项写明，只要履行职责所必需的。"))
    manner = models.CharField(_("共享方式"), max_length=10, choices=Manner)
    purpose = models.TextField(_("用途"), max_length=1000)
    basis = models.CharField(_("履职依据"), max_length=200)
    destroy_by = models.DateField(_("销毁期限"), help_text=_("使用完毕、最迟到这一天销毁并出具证明。"))
    delivered_at = models.DateTimeField(_("提供时间"), null=True, editable=False)
    destroyed_at = models.DateTimeField(_("销毁时间"), null=True, editable=False)
    certificate = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("销毁证明")
    )

    class Meta:
        verbose_name = _("临时共享协商")
        verbose_name_plural = _("临时共享协商")
        constraints = [
            models.CheckConstraint(
                condition=~Q(office=models.F("counterpart")),
                name="consultation_two_units",
                violation_error_message=_("请选择本单位以外的单位。"),
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True) | Q(certificate__isnull=False),
                name="consultation_destroyed_is_certified",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def overdue(self) -> bool:
        """Whether data that was provided should have been destroyed by now."""
        return self.delivered_at is not None and self.destroyed_at is None and self.destroy_by < clock.today()


class DestructionNotice(models.Model):
    """That a reminder or an escalation about a destruction has gone out: once for each kind."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("到期提醒")
        OVERDUE = "overdue", _("超期提醒")
        ESCALATION = "escalation", _("大数据中心督办")

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="notices")
    kind = models.CharField(_("类别"), max_length=12, choices=Kind)
    destroy_by = models.DateField(_("销毁期限"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("销毁提醒")
        verbose_name_plural = _("销毁提醒")
        constraints = [
            models.UniqueConstraint(fields=["consultation", "kind", "destroy_by"], name="destruction_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.kind}"


class ListingRequest(CaseDetail):
    """Data that is not in the catalogue yet: confirm, list, share (目录外数据编目申请)."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("提出单位"))
    provider = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("数据所在单位"))
    subject = models.CharField(_("数据"), max_length=120)
    fields = models.TextField(_("需要的数据项"), max_length=1000)
    purpose = models.TextField(_("用途"), max_length=1000)
    basis = models.CharField(_("履职依据"), max_length=200)
    dataset = models.ForeignKey(
        Dataset, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("编目后的条目")
    )

    class Meta:
        verbose_name = _("目录外数据编目申请")
        verbose_name_plural = _("目录外数据编目申请")

    def __str__(self) -> str:
        return self.subject


def of(case: Case) -> Consultation | None:
    """The consultation a case carries out, if it is one."""
    return Consultation.objects.select_related("office", "counterpart", "certificate").filter(case=case).first()
