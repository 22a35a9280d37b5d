"""The hand-over of a draft (接续码, Art 11): a short code, and who fills the draft in until it comes back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.actors import Channel
from apps.kernel.workcalendar import clock


class HandOver(models.Model):
    """One code for one draft: issued, used at most once, ended. The code itself is not kept, only its keyed hash.

    With an ``office`` a clerk fills the draft in until ``held_until``; without one it was continued on another device.
    """

    class Ending(models.TextChoices):
        CONTINUED = "continued", _("在其他设备继续")
        SUBMITTED = "submitted", _("已提交")
        RETURNED = "returned", _("窗口交还")
        TAKEN_BACK = "taken_back", _("申请人收回")
        REPLACED = "replaced", _("换发新码")

    case = models.ForeignKey("casework.Case", models.PROTECT, related_name="hand_overs", verbose_name=_("办件"))
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_at = models.DateTimeField(_("发码时间"), default=clock.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("发码人"))
    issued_through = models.CharField(_("发码渠道"), max_length=12, choices=Channel)
    expires_at = models.DateTimeField(_("有效期至"))
    taken_at = models.DateTimeField(_("接续时间"), null=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("接续人")
    )
    office = models.ForeignKey(
        "parties.Office", models.PROTECT, null=True, related_name="+", verbose_name=_("代填单位")
    )
    present = models.BooleanField(_("申请人在场"), default=False)
    held_until = models.DateTimeField(_("代填至"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    ending = models.CharField(_("结果"), max_length=12, choices=Ending, blank=True)

    class Meta:
        verbose_name = _("接续")
        verbose_name_plural = _("接续")
        ordering = ["-id"]
        constraints = [
            # One code in force or one clerk at work: never two of either for one draft.
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at__isnull=True), name="hand_over_one_live"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="hand_over_expires"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True, taken_by__isnull=True)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="hand_over_taken_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(office__isnull=True, held_until__isnull=True)
                | Q(office__isnull=False, held_until__isnull=False, taken_at__isnull=False),
                name="hand_over_held_until",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="hand_over_ending",
            ),
        ]
        indexes = [models.Index(fields=["office"], condition=Q(ended_at__isnull=True), name="hand_over_at_office")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.issued_at:%Y-%m-%d %H:%M}"
