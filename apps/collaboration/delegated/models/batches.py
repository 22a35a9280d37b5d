"""What was collected (代征明细): a batch is taken or refused whole, and kept so it can be tried again (Art 23)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.delegated.models.agreements import DelegatedAgreement, GridCollector
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import ZERO, Charge, Levy, Payment, Yuan
from apps.kernel.parties import identifiers
from apps.kernel.parties.actors import Actor, Channel
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Party, User
from apps.kernel.workcalendar import clock


def batch_ref() -> str:
    return reference(12)


class OfAgreement(models.QuerySet):
    """Rows that belong to an agreement are seen by whoever sees the agreement."""

    def visible_to(self, actor: Actor):
        """Those of the agreements the actor sees."""
        return self.filter(agreement__in=DelegatedAgreement.objects.visible_to(actor))


class CollectionBatch(models.Model):
    """One delivery of collections by a collector (代征批次)."""

    class State(models.TextChoices):
        RECEIVED = "received", _("处理中")
        TAKEN = "taken", _("已入账")
        REFUSED = "refused", _("未接收")

    ref = models.CharField(_("批次编号"), max_length=12, unique=True, default=batch_ref, editable=False)
    agreement = models.ForeignKey(DelegatedAgreement, models.PROTECT, related_name="batches")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.RECEIVED)
    control_count = models.PositiveIntegerField(_("控制笔数"))
    control_total = Yuan(_("控制金额"))
    rows = models.JSONField(_("来件"), editable=False)
    problems = models.JSONField(_("问题"), default=list, editable=False)
    replays = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replayed", verbose_name=_("重新处理的批次")
    )
    received_at = models.DateTimeField(_("收到时间"), default=clock.now)
    idempotency_key = models.CharField(max_length=80, editable=False)

    objects = OfAgreement.as_manager()

    class Meta:
        verbose_name = _("代征批次")
        verbose_name_plural = _("代征批次")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "idempotency_key"], name="delegated_batch_once"),
            models.CheckConstraint(
                condition=Q(state__in=["received", "taken"], problems=[]) | Q(state="refused") & ~Q(problems=[]),
                name="delegated_batch_problems",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "-id"], name="delegated_batch_recent"),
            models.Index(fields=["id"], condition=Q(state="received"), name="delegated_batch_waiting"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def about(self) -> str:
        return f"delegated-batch/{self.ref}"


class CollectedItem(models.Model):
    """One sum collected from one payer, on the payer's account once the payer is known (代征明细)."""

    class State(models.TextChoices):
        UNMATCHED = "unmatched", _("待确认缴费人")
        BOOKED = "booked", _("已入账")

    ref = models.CharField(_("编号"), max_length=12, unique=True, default=batch_ref, editable=False)
    agreement = models.ForeignKey(DelegatedAgreement, models.PROTECT, related_name="items")
    batch = models.ForeignKey(CollectionBatch, models.PROTECT, related_name="items")
    receipt_number = models.CharField(_("收据号"), max_length=30)
    payer_name = models.CharField(_("缴费人名称"), max_length=120)
    payer_code = models.CharField(_("证件或者信用代码"), max_length=18, blank=True)
    levy = models.ForeignKey(Levy, models.PROTECT, related_name="+", verbose_name=_("税费种"))
    period = models.CharField(_("所属期"), max_length=20)
    amount = Yuan(_("金额"))
    collected_on = models.DateField(_("代征日期"))
    place = models.CharField(_("代征地点"), max_length=120)
    collector = models.ForeignKey(
        GridCollector, models.PROTECT, null=True, related_name="items", verbose_name=_("代征人员")
    )
    state = models.CharField(_("状态"), max_length=10, choices=State)
    party = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+", verbose_name=_("缴费人"))
    charge = models.ForeignKey(Charge, models.PROTECT, null=True, related_name="+", verbose_name=_("应征税费"))
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="+", verbose_name=_("缴款"))
    receipt = models.OneToOneField(IssuedDocument, models.PROTECT, null=True, related_name="+", verbose_name=_("凭证"))

    objects = OfAgreement.as_manager()

    class Meta:
        verbose_name = _("代征明细")
        verbose_name_plural = _("代征明细")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "receipt_number"], name="delegated_receipt_once"),
            models.CheckConstraint(condition=Q(amount__gt=ZERO), name="delegated_item_amount"),
            models.CheckConstraint(
                condition=Q(
                    state="booked",
                    party__isnull=False,
                    charge__isnull=False,
                    payment__isnull=False,
                    receipt__isnull=False,
                )
                | Q(
                    state="unmatched",
                    party__isnull=True,
                    charge__isnull=True,
                    payment__isnull=True,
                    receipt__isnull=True,
                ),
                name="delegated_item_booked",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "collected_on"], name="delegated_item_day"),
            models.Index(fields=["id"], condition=Q(state="unmatched"), name="delegated_item_unmatched"),
        ]

    def __str__(self) -> str:
        return self.receipt_number

    @property
    def about(self) -> str:
        return f"delegated-item/{self.ref}"

    @property
    def payer_code_shown(self) -> str:
        """A credit code is public; a person's number is masked."""
        try:
            return identifiers.clean_credit_code(self.payer_code)
        except ValidationError:
            return identifiers.masked(self.payer_code)
