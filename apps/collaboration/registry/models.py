"""Checks of certificates by registries: each one a row, whatever came of it; and what is in doubt (Art 28)."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import CaseDetail
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar.clock import now
from apps.kernel.workcalendar.days import SHANGHAI


class CheckQuerySet(models.QuerySet):
    """A registry sees its own checks."""

    def visible_to(self, actor: Actor):
        """The checks of the actor's office; nobody else's."""
        return self.filter(office=actor.office) if actor.office is not None else self.none()


class CertificateCheck(models.Model):
    """One check of a tax certificate before a registration (完税凭证、减免税证明查验)."""

    class Matter(models.TextChoices):
        REAL_ESTATE = "real_estate", _("不动产权属登记")
        LAND = "land", _("建设用地批准手续")
        SHARES = "shares", _("个人转让股权变更登记")

    class Outcome(models.TextChoices):
        PASSED = "passed", _("查验通过")
        MISMATCH = "mismatch", _("与登记的纳税人不一致")
        REVOKED = "revoked", _("凭证已作废")
        OTHER_LEVY = "other_levy", _("不是应当查验的税种")
        UNKNOWN = "unknown", _("查无此凭证")

    class Resolution(models.TextChoices):
        CONFIRMED = "confirmed", _("税务机关核实：可以办理")
        NOT_SETTLED = "not_settled", _("税务机关核实：尚未履行纳税义务")

    ref = models.CharField(_("查验编号"), max_length=12, unique=True, default=reference, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("查验单位"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("查验人"))
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    matter = models.CharField(_("登记事项"), max_length=12, choices=Matter)
    matter_number = models.CharField(_("登记受理编号"), max_length=40)
    asked = models.CharField(_("凭证编号、验证码或者二维码内容"), max_length=200, blank=True)
    payer = models.CharField(_("登记申请人名称"), max_length=120)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", verbose_name=_("按代码找到的申请人"))
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", verbose_name=_("凭证"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome)
    checked_at = models.DateTimeField(_("查验时间"), default=now)
    resolution = models.CharField(_("人工复核结果"), max_length=12, choices=Resolution, blank=True)
    resolved_at = models.DateTimeField(_("复核时间"), null=True)
    warned_at = models.DateTimeField(_("凭证作废告知时间"), null=True)
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    objects = CheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("完税凭证查验")
        verbose_name_plural = _("完税凭证查验")
        constraints = [
            models.UniqueConstraint(fields=["office", "idempotency_key"], name="check_once_per_key"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["unknown"], document__isnull=True)
                | (~models.Q(outcome="unknown") & models.Q(document__isnull=False)),
                name="check_found_has_document",
            ),
            models.CheckConstraint(
                condition=models.Q(resolution="", resolved_at__isnull=True)
                | (
                    ~models.Q(resolution="")
                    & models.Q(resolved_at__isnull=False)
                    & (~models.Q(outcome="passed") | models.Q(warned_at__isnull=False))
                ),
                name="check_resolved",
            ),
        ]
        indexes = [models.Index(fields=["office", "-id"]), models.Index(fields=["document"])]

    def __str__(self) -> str:
        return f"{self.ref} {self.get_outcome_display()}"

    @property
    def passed(self) -> bool:
        """Whether the certificate itself passed."""
        return self.outcome == self.Outcome.PASSED

    @property
    def may_register(self) -> bool:
        """Whether the registry may go on: the certificate passed, or the tax office has confirmed, and stands."""
        if self.resolution and not self.warned_since_resolved:
            return self.resolution == self.Resolution.CONFIRMED
        return self.passed and self.warned_at is None

    @property
    def warned_since_resolved(self) -> bool:
        """Whether the certificate was revoked after the last word of the tax office."""
        return self.warned_at is not None and (self.resolved_at is None or self.warned_at > self.resolved_at)

    @property
    def by_party(self) -> bool:
        """Whether it was asked by the applicant's code, without a certificate at hand."""
        return not self.asked

    @property
    def day(self) -> dt.date:
        """The Shanghai day of the check."""
        return self.checked_at.astimezone(SHANGHAI).date()


class RegistryMismatch(CaseDetail):
    """A check that did not pass, for a tax office to resolve (查验不一致)."""

    class Answer(models.TextChoices):
        PAID = "paid", _("已缴清，可以办理")
        EXEMPT = "exempt", _("依法免税或者不征，可以办理")
        NOT_SETTLED = "not_settled", _("尚未履行纳税义务，不能办理")

    check_row = models.OneToOneField(CertificateCheck, models.PROTECT, related_name="mismatch", verbose_name=_("查验"))
    registry = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("查验单位"))
    tax_office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("税务机关"))
    note = models.TextField(_("不一致的情况"), max_length=1000)
    answer = models.CharField(_("复核结果"), max_length=12, choices=Answer, blank=True)
    document = models.ForeignKey(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("可以办理的凭证")
    )

    class Meta:
        verbose_name = _("查验不一致")
        verbose_name_plural = _("查验不一致")

    def __str__(self) -> str:
        return str(self.check_row)
