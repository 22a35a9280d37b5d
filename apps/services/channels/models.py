"""Registered mail to the office (邮寄): what is under way for a case, when it was posted, when it came."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import Words
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


class MailingQuerySet(models.QuerySet):
    """Who sees which item: whoever sees its case."""

    def visible_to(self, actor: Actor):
        """Items of the cases the actor may see; a clerk who only fills a draft in sees none."""
        return self.filter(case__in=Case.objects.visible_to(actor)) if not actor.draft else self.none()


class Mailing(models.Model):
    """One registered item with papers for a case. The postmark is the day that counts (实施细则 Art 31)."""

    class Carrier(models.TextChoices):
        EMS = "ems", _("邮政特快专递（EMS）")
        REGISTERED = "registered", _("邮政挂号信")

    case = models.ForeignKey(Case, models.PROTECT, related_name="mailings", verbose_name=_("办件"))
    carrier = models.CharField(_("寄递方式"), max_length=12, choices=Carrier)
    tracking = models.CharField(_("邮件号码"), max_length=13)
    posted_on = models.DateField(_("交寄日期"))
    registered_at = models.DateTimeField(_("登记时间"), default=clock.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    received_on = models.DateField(_("收到日期"), null=True, blank=True)
    postmark = models.DateField(_("邮戳日期"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("签收人")
    )
    complete = models.BooleanField(_("材料齐全"), null=True, blank=True)
    note = models.CharField(_("核对情况"), max_length=500, blank=True)

    objects = MailingQuerySet.as_manager()

    class Meta:
        verbose_name = _("邮寄材料")
        verbose_name_plural = _("邮寄材料")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tracking"],
                name="mailing_tracking_once",
                violation_error_code="unique",  # so that it is told at the field
                violation_error_message=_("这个邮件号码已经登记过，请核对。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    received_on__isnull=True, postmark__isnull=True, received_by__isnull=True, complete__isnull=True
                )
                | Q(
                    received_on__isnull=False,
                    postmark__isnull=False,
                    received_by__isnull=False,
                    complete__isnull=False,
                    postmark__lte=F("received_on"),
                ),
                name="mailing_received",
            ),
        ]
        indexes = [models.Index(fields=["case"], condition=Q(received_on__isnull=True), name="mailing_under_way")]

    def __str__(self) -> str:
        return self.tracking

    @property
    def state(self) -> Words:
        """Where it is, in words of whoever reads them."""
        if self.received_on is None:
            return _("寄送中")
        return _("已收到，材料齐全") if self.complete else _("已收到，材料不齐")

    @property
    def tone(self) -> str:
        return "wait" if self.received_on is None else "done" if self.complete else "due"
