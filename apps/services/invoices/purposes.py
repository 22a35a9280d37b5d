"""What a buyer uses special invoices for (用途确认, Art 14): deducted, or not. ``aggregates.month`` respects it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.invoices import importing
from apps.services.invoices.models import Invoice, PurposeConfirmation


@transaction.atomic
def confirm(invoice: Invoice, purpose: str, *, actor: Actor) -> PurposeConfirmation:
    """Say what a received special invoice is used for; a later word replaces the earlier one.

    :raises ValidationError: when the invoice is none to confirm.
    """
    party = importing.authorise(actor)
    invoice = Invoice.objects.select_for_update(no_key=True, of=("self",)).get(pk=invoice.pk)
    if invoice.buyer_id != party.pk or invoice.kind != Invoice.Kind.SPECIAL:
        raise ValidationError(_("只能确认取得的增值税专用发票的用途。"))
    if invoice.status != Invoice.Status.NORMAL:
        raise ValidationError(_("红字发票随被红冲的发票处理，不用单独确认。"))
    if purpose not in PurposeConfirmation.Purpose.values:
        raise ValidationError({"purpose": _("请选择用途。")})
    made, _new = PurposeConfirmation.objects.update_or_create(
        invoice=invoice,
        defaults={"purpose": purpose, "confirmed_by": actor.user, "confirmed_at": clock.now()},
    )
    for form in invoice.red_letters.filter(red__isnull=False).select_related("red"):
        follow(invoice, form.red)
    log.record(f"invoices/{party.pk}", "invoice.purpose", actor=actor, target=invoice.number, data={"purpose": purpose})
    return made


def follow(blue: Invoice, red: Invoice) -> None:
    """A red invoice is used like the blue one it takes back, so the two cancel out in the deduction."""
    said = PurposeConfirmation.objects.filter(invoice=blue).first()
    if said is not None:
        PurposeConfirmation.objects.update_or_create(
            invoice=red,
            defaults={"purpose": said.purpose, "confirmed_by": said.confirmed_by, "confirmed_at": clock.now()},
        )


def deducted(invoice: Invoice) -> bool:
    """Whether its tax counts as the buyer's input tax: that of a special invoice, unless the buyer said otherwise."""
    if invoice.kind != Invoice.Kind.SPECIAL:
        return False
    said = PurposeConfirmation.objects.filter(invoice=invoice).first()
    return said is None or said.purpose != PurposeConfirmation.Purpose.NOT_DEDUCT
