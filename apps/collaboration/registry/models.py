"""Checks of certificates by registries: each one a row, whatever came of it (Art 28)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, User
from apps.kernel.workcalendar.clock import now


class CheckQuerySet(models.QuerySet):
    """A registry sees its own checks."""

    def visible_to(self, actor: Actor):
        """The checks of the actor's office; nobody else's."""
        return self.filter(office=actor.office) if actor.office is not None else self.none()


class CertificateCheck(models.Model):
    """One check of a tax certificate before a registration (完税凭证查验)."""

    class Matter(models.TextChoices):
        REAL_ESTATE = "real_estate", _("不动产权属登记")
        LAND = "land", _("建设用地批准手续")
        SHARES = "shares", _("个人转让股权变更登记")

    class Outcome(models.TextChoices):
        PASSED = "passed", _("查验通过")
        MISMATCH = "mismatch", _("与登记的纳税人不一致")
        REVOKED = "revoked", _("凭证已作废")
        UNKNOWN = "unknown", _("查无此凭证")

    ref = models.CharField(_("查验编号"), max_length=12, unique=True, default=reference, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("查验单位"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("查验人"))
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    matter = models.CharField(_("登记事项"), max_length=12, choices=Matter)
    matter_number = models.CharField(_("登记受理编号"), max_length=40)
    asked = models.CharField(_("凭证编号或者验证码"), max_length=60)
    payer = models.CharField(_("登记申请人名称"), max_length=120)
    document = models.ForeignKey(IssuedDocument, models.PROTECT, null=True, related_name="+", verbose_name=_("凭证"))
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome)
    checked_at = models.DateTimeField(_("查验时间"), default=now)
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
        ]
        indexes = [models.Index(fields=["office", "-id"]), models.Index(fields=["document"])]

    def __str__(self) -> str:
        return f"{self.ref} {self.get_outcome_display()}"

    @property
    def passed(self) -> bool:
        """Whether the registry may go on with the registration."""
        return self.outcome == self.Outcome.PASSED
