"""Who sees which rows of the ledger: the payer within the mandate's scope, and the tax office in charge."""

from typing import Any

from django.db import models
from django.db.models import Q

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office


class PayerQuerySet(models.QuerySet):
    """Rows with a ``party``."""

    def visible_to(self, actor: Actor):
        """The rows of the party acted for, or of the payers in charge of the actor's tax office."""
        if actor.party is not None:
            rows = self.filter(party=actor.party)
            levies = actor.mandate.levies if actor.mandate is not None else []
            return self._within(rows, levies) if levies else rows
        if actor.office is None or not actor.office.is_tax:
            return self.none()
        if actor.office.kind == Office.Kind.TAX_CITY:
            return self.all()
        office = actor.office
        return self.filter(
            Q(party__office=office) | Q(party__office__parent=office) | Q(party__office__parent__parent=office)
        )

    def _within(self, rows, levies: list[str]):
        """Nothing in a row may lie outside the mandate's levies; what has no levy of its own stays closed."""
        return rows.none()


class ChargeQuerySet(PayerQuerySet):
    """Charges."""

    def _within(self, rows, levies: list[str]):
        return rows.filter(levy__in=levies)

    def open(self):
        """Charges with principal or a fixed late fee left to pay, oldest due date first."""
        return self.filter(Q(paid__lt=models.F("amount")) | Q(late_fee_paid__lt=models.F("late_fee_fixed"))).order_by(
            "due", "id"
        )


class PaymentQuerySet(PayerQuerySet):
    """Payments."""

    model: Any  # Payment, whose module needs this one loaded first

    def _within(self, rows, levies: list[str]):
        outside = self.model.lines.rel.related_model.objects.filter(payment=models.OuterRef("pk")).exclude(
            charge__levy__in=levies
        )
        return rows.filter(~models.Exists(outside))
