"""Orders to pay by a day (责令限期缴纳, Art 29)."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.collaboration.banks.grounds import Regime
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import Charge, Yuan
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Party, User
from apps.kernel.workcalendar import clock


class PayOrderQuerySet(models.QuerySet):
    """Orders to pay: of the party ordered, at the office that gave them and those above it."""

    def visible_to(self, actor: Actor):
        """The party sees its own; a tax office its own and those of the offices below it."""
        if actor.party is not None:
            return self.filter(party=actor.party)
        if actor.office is None or not actor.office.is_tax:
            return self.none()
        return self.filter(
            Q(office=actor.office) | Q(office__parent=actor.office) | Q(office__parent__parent=actor.office)
        )


class PayOrder(models.Model):
    """An order to pay by a day (责令限期缴纳), without which nothing is taken by force."""

    ref = models.CharField(_("编号"), max_length=10, unique=True, default=reference, editable=False)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+", verbose_name=_("纳税人、缴费人"))
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", verbose_name=_("责令单位"))
    regime = models.CharField(_("类别"), max_length=10, choices=Regime)
    charges = models.ManyToManyField(Charge, related_name="+", verbose_name=_("应征税费"))
    amount = Yuan(_("责令缴纳的本金"))
    pay_by = models.DateField(_("缴纳期限"))
    issued_at = models.DateTimeField(_("作出时间"), default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("经办人"))
    letter = models.OneToOneField(
        IssuedDocument, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("限期缴纳通知书")
    )
    idempotency_key = models.CharField(max_length=80, null=True, editable=False)

    objects = PayOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("责令限期缴纳")
        verbose_name_plural = _("责令限期缴纳")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="pay_order_amount"),
            models.UniqueConstraint(fields=["issued_by", "idempotency_key"], name="pay_order_once_per_key"),
        ]
        indexes = [models.Index(fields=["party", "-id"], name="pay_order_party")]

    def __str__(self) -> str:
        return f"{self.party} {self.pay_by}"

    @property
    def about(self) -> str:
        return f"pay-order/{self.ref}"

    def expired(self, on: dt.date) -> bool:
        """Whether the day to pay by has passed."""
        return on > self.pay_by
