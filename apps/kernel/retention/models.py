"""Registers of what is to go (销毁清册), and the tombstones of what has gone (销毁记录) (Arts 6, 18)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import User
from apps.kernel.rules.models import Proposal


class Register(Proposal):
    """A list of things past their period that one person proposes to destroy and another approves (双人复核)."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    kind = models.CharField(_("种类"), max_length=40)
    before = models.DateTimeField(_("保管期满的界限"))
    basis = models.CharField(_("依据"), max_length=300)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("提出人"))
    done_at = models.DateTimeField(_("执行完毕时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("销毁清册")
        verbose_name_plural = _("销毁清册")
        ordering = ["-proposed_at", "-id"]
        permissions = [("approve_register", _("可以复核销毁清册"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="register_two_people",
                violation_error_message=_("提出人不能复核自己提出的清册。"),
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(state="approved"), name="register_done_was_approved"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state="approved", done_at=None), name="register_to_do")]

    def __str__(self) -> str:
        return f"{self.ref} ({self.get_state_display()})"


class Entry(models.Model):
    """One thing on a register; once destroyed, its tombstone: what it was, how to know it again, when it went.

    ``key`` leads to the row while there is one; it is emptied with it.
    """

    register = models.ForeignKey(Register, models.PROTECT, related_name="entries", verbose_name=_("销毁清册"))
    key = models.CharField(_("内部标识"), max_length=64, blank=True)
    subject = models.CharField(_("对象"), max_length=80)
    since = models.DateTimeField(_("保管期起算"))
    digest = models.CharField(_("内容的散列值"), max_length=64)
    ended_at = models.DateTimeField(_("销毁时间"), null=True, blank=True)
    left_because = models.CharField(_("未销毁的原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("销毁记录")
        verbose_name_plural = _("销毁记录")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["register", "subject"], name="entry_once"),
            models.CheckConstraint(condition=Q(ended_at__isnull=True) | Q(key=""), name="entry_ended_leads_nowhere"),
        ]
        indexes = [models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return self.subject
