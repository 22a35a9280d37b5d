"""The key that custodians can only use together, and what is sealed to it (Art 36)."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.supervision.reports.models import KeyWrap, Report
from apps.supervision.reports.sealing import CURRENT


class RecoveryKey(models.Model):
    """A key whose private half is in no place (恢复密钥): custodians hold shares of it on paper.

    ``threshold`` of ``shares`` custodians together bring it back, when all key boxes of custodians are lost.
    """

    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("保管单位"))
    alg = models.CharField(_("算法"), max_length=40, default=CURRENT.alg)
    public = models.BinaryField(_("公钥"))
    threshold = models.PositiveSmallIntegerField(_("恢复所需份数"))
    shares = models.PositiveSmallIntegerField(_("分片总数"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("建立人"))
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    retired_at = models.DateTimeField(_("停用时间"), null=True)

    class Meta:
        verbose_name = _("恢复密钥")
        verbose_name_plural = _("恢复密钥")
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=Q(retired_at__isnull=True), name="recovery_key_one_in_use"
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=2, shares__lte=20, threshold__lte=F("shares")), name="recovery_key_m_of_n"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.threshold}/{self.shares}"

    @property
    def mark(self) -> bytes:
        """What the shares of this key carry, so that none of another key is taken for one."""
        return hashlib.sha256(bytes(self.public)).digest()[:4]


class RecoverySeal(models.Model):
    """A report's identity or claim key sealed to a recovery key."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="+", verbose_name=_("检举"))
    purpose = models.CharField(_("用途"), max_length=10, choices=KeyWrap.Purpose)
    recovery = models.ForeignKey(RecoveryKey, models.CASCADE, related_name="seals", verbose_name=_("恢复密钥"))
    sealed = models.BinaryField()

    class Meta:
        verbose_name = _("恢复封装")
        verbose_name_plural = _("恢复封装")
        constraints = [models.UniqueConstraint(fields=["report", "purpose", "recovery"], name="recovery_seal_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.purpose}"
