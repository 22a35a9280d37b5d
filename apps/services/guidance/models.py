"""Reminders of policies, topics nobody wants to hear of, and who helps with the key policies (Article 12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.parties.models import Office, Party, User
from apps.kernel.rules.models import Policy
from apps.kernel.workcalendar import clock
from apps.services.entitlement.models import MatchRun


class Reminder(models.Model):
    """That a payer was reminded of a policy that fits (优惠政策服务提醒). Written by sets, see ``pushing``."""

    party = models.ForeignKey(Party, models.CASCADE, db_index=False, related_name="+", verbose_name=_("纳税人、缴费人"))
    policy = models.ForeignKey(Policy, models.PROTECT, db_index=False, related_name="+", verbose_name=_("政策"))
    run = models.ForeignKey(MatchRun, models.PROTECT, related_name="reminders", verbose_name=_("批次"))
    at = models.DateTimeField(_("提醒时间"))
    opened_at = models.DateTimeField(_("首次查看时间"), null=True)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("查看人"))

    class Meta:
        verbose_name = _("政策提醒")
        verbose_name_plural = _("政策提醒")
        constraints = [
            # One run reminds once, and the reader looks up by payer and policy.
            models.UniqueConstraint(fields=["party", "policy", "run"], name="reminder_once_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.policy_id}"


class TopicOptOut(models.Model):
    """A topic a payer does not want to be reminded of (不再提醒的专题)."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="+", verbose_name=_("纳税人、缴费人"))
    topic = models.CharField(_("专题"), max_length=20)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("设定人"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = _("不再提醒的专题")
        verbose_name_plural = _("不再提醒的专题")
        constraints = [models.UniqueConstraint(fields=["party", "topic"], name="topic_opt_out_once")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.topic}"


class PolicyDesk(models.Model):
    """The special window and the officer who helps with a key policy (重点政策专窗、专员)."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="desks", verbose_name=_("政策"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("服务场所"))
    window = models.CharField(_("窗口"), max_length=60)
    officer = models.CharField(_("专员"), max_length=60)
    phone = models.CharField(_("电话"), max_length=30)
    hours = models.CharField(_("服务时间"), max_length=60)

    class Meta:
        verbose_name = _("重点政策专窗")
        verbose_name_plural = _("重点政策专窗")
        constraints = [models.UniqueConstraint(fields=["policy", "office"], name="policy_desk_once")]

    def __str__(self) -> str:
        return f"{self.policy} · {self.office}"
