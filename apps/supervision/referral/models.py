"""What is referred to the police, what a procuratorate suggests, what offices did together (Art 35)."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case, CaseDetail
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class Offence(models.TextChoices):
    """Suspected offences Article 35 names, each with the clause of the Criminal Law it is prosecuted under."""

    EVASION = "evasion", _("逃税（刑法第二百零一条）")
    FRAUD = "refund_fraud", _("骗税（刑法第二百零四条）")
    RESISTANCE = "resistance", _("抗税（刑法第二百零二条）")
    FALSE_INVOICES = "false_invoices", _("虚开发票（刑法第二百零五条、第二百零五条之一）")
    ARREARS = "arrears", _("逃避追缴欠税（刑法第二百零三条）")


class CriminalReferral(CaseDetail):
    """A suspected tax crime (涉嫌犯罪案件移送). The payer is no party of the case and sees nothing of it."""

    class Outcome(models.TextChoices):
        PROSECUTION = "prosecution", _("侦查终结，移送审查起诉")
        DROPPED = "dropped", _("撤销案件，退回行政处理")

    tax_office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("移送机关"))
    police = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("受移送的公安机关"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("涉嫌犯罪的纳税人"))
    offence = models.CharField(_("涉嫌的罪名"), max_length=20, choices=Offence)
    facts = models.TextField(_("违法事实"), max_length=4000)
    amount = models.DecimalField(_("涉案税额（元）"), max_digits=16, decimal_places=2)
    evidence_list = models.TextField(_("证据和涉案物品清单"), max_length=4000)
    first_officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("专案组成员一"))
    second_officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("专案组成员二"))
    transfer_number = models.CharField(_("移送书文号"), max_length=60, blank=True)
    receipt = models.CharField(_("回执签收"), max_length=120, blank=True)
    police_number = models.CharField(_("公安机关案号"), max_length=60, blank=True)
    procuratorate = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("监督立案的检察院")
    )
    reconsidered = models.BooleanField(_("已提请复议"), default=False)
    outcome = models.CharField(_("侦查结果"), max_length=12, choices=Outcome, blank=True)
    administrative = models.TextField(_("行政处理情况"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("涉嫌犯罪案件移送")
        verbose_name_plural = _("涉嫌犯罪案件移送")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_officer=F("second_officer")),
                name="referral_two_officers",
                violation_error_message=_("专案组由两名不同的执法人员组成。"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="referral_amount_not_negative",
                violation_error_message=_("涉案税额不能是负数。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_offence_display()} {self.case_id}"


class ProcuratorialOpinion(CaseDetail):
    """A procuratorial opinion (检察意见) after non-prosecution or corporate compliance, and what came of it."""

    class Ground(models.TextChoices):
        NOT_PROSECUTED = "not_prosecuted", _("决定不起诉")
        COMPLIANCE = "compliance", _("开展企业刑事合规")

    procuratorate = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("提出意见的检察院"))
    tax_office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("税务机关"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("涉及的纳税人"))
    ground = models.CharField(_("提出意见的情形"), max_length=20, choices=Ground)
    document_number = models.CharField(_("检察意见书文号"), max_length=60)
    suggestion = models.TextField(_("检察意见"), max_length=4000, help_text=_("建议税务机关作出什么处理。"))
    result = models.TextField(_("处理结果或者办理情况"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("检察意见")
        verbose_name_plural = _("检察意见")

    def __str__(self) -> str:
        return self.document_number


class JointActionQuerySet(models.QuerySet):
    """Joint actions belong to the offices that took part."""

    def visible_to(self, actor: Actor):
        """Those the actor's office wrote down or took part in."""
        if actor.office is None or actor.party is not None:
            return self.none()
        taking_part = JointAction.participants.through.objects.filter(jointaction=OuterRef("pk"), office=actor.office)
        return self.filter(Q(office=actor.office) | Exists(taking_part))


class JointAction(models.Model):
    """One joint enforcement action (联合执法): who, when, about what, with what result. Written once."""

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=reference, editable=False)
    held_on = models.DateField(_("日期"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("记录单位"))
    participants = models.ManyToManyField(Office, related_name="+", verbose_name=_("参加单位"))
    subject = models.CharField(_("事由"), max_length=160)
    result = models.TextField(_("结果"), max_length=2000)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("相关办件"))
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("记录人"))
    recorded_at = models.DateTimeField(_("记录时间"), default=clock.now)
    idempotency_key = models.CharField(max_length=80, editable=False)

    objects = JointActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("联合执法记录")
        verbose_name_plural = _("联合执法记录")
        constraints = [
            models.UniqueConstraint(fields=["recorded_by", "idempotency_key"], name="joint_action_once_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.held_on} {self.subject}"
