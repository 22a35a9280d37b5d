"""Tax payment certificates (税收完税证明, 税收征收管理法 Art 34): drawn from what the ledger says was paid."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger.models import ZERO, Allocation, Payment
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor

KIND = "tax-payment-certificate"


def _lines(allocations: QuerySet[Allocation]) -> list[dict[str, Any]]:
    """What was paid of each charge and has stayed paid."""
    rows = (
        allocations.values("charge_id", "charge__levy__name", "charge__period", "component")
        .annotate(net=Sum("amount"), paid_at=Max("payment__paid_at"))
        .filter(net__gt=0)
        # "principal" before "late_fee" of the same charge.
        .order_by("charge__due", "charge_id", "-component")
    )
    # A certificate is a Chinese document whatever the reader's language.
    with translation.override("zh-hans"):
        late = _("滞纳金")
    return [
        {
            "levy": row["charge__levy__name"] + (late if row["component"] == Allocation.Component.LATE_FEE else ""),
            "period": row["charge__period"],
            "amount": row["net"],
            "paid_on": timezone.localtime(row["paid_at"]).date(),
        }
        for row in rows
    ]


def issued_for(payment: Payment) -> IssuedDocument | None:
    """The certificate of a payment that is in force."""
    return IssuedDocument.objects.filter(kind=KIND, about=payment.about, revoked_at__isnull=True).first()


def issued_about(about: str) -> list[IssuedDocument]:
    """The certificates in force of payments that went to charges raised by ``about`` ("case/SH2026…")."""
    paid = Payment.objects.filter(allocations__charge__about=about).distinct()
    named = [payment.about for payment in paid]
    return list(IssuedDocument.objects.filter(kind=KIND, about__in=named, revoked_at__isnull=True).order_by("id"))


@transaction.atomic
def issue(payment: Payment, actor: Actor) -> IssuedDocument:
    """The certificate of a payment; asking again gives the same one."""
    if not actor.is_system and not Payment.objects.visible_to(actor).filter(pk=payment.pk).exists():
        log.denied("certificate-issue", actor=actor, target=payment.about, reason="not visible")
        raise PermissionDenied
    # Two clicks at once wait for each other here, so only one certificate is numbered.
    locked = Payment.objects.select_for_update(no_key=True, of=("self",)).select_related("party").get(pk=payment.pk)
    already = issued_for(locked)
    if already is not None:
        return already
    rows = _lines(locked.allocations.all())
    if not rows:
        raise ValidationError(_("这笔缴款没有已入库的税费，不能开具完税证明。"), code="nothing_paid")
    total = sum((row["amount"] for row in rows), ZERO)
    document = letters.issue(KIND, locked.party, {"rows": rows, "total": total}, actor=actor, about=locked.about)
    outbox.send("certificate-issued", locked.party, {"number": document.number}, about=locked.about)
    return document
