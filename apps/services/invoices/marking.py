"""Marks an invoice as reimbursed or entered (报销标识、入账标识, Art 14), so that nothing is paid twice for it.

The mark is the party's own; the database lets one of a kind live at a time, whoever asks first.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.invoices import importing
from apps.services.invoices.models import Invoice, UseMark

_LONGEST_VOUCHER = 60


@transaction.atomic
def mark(invoice: Invoice, kind: str, voucher: str, *, actor: Actor) -> tuple[UseMark, bool]:
    """Mark an invoice, and whether that is new; the same voucher again changes nothing.

    :raises ValidationError: when another voucher has used it already (code ``used``), or the input is wrong.
    """
    party = importing.authorise(actor)
    voucher = voucher.strip()
    mistakes = {}
    if kind not in UseMark.Kind.values:
        mistakes["kind"] = _("请选择报销或者入账。")
    if not 1 <= len(voucher) <= _LONGEST_VOUCHER:
        mistakes["voucher"] = _("请填写凭证号或报销单号，最多 %(most)d 个字。") % {"most": _LONGEST_VOUCHER}
    if mistakes:
        raise ValidationError(mistakes)
    if party.pk not in (invoice.seller_id, invoice.buyer_id):
        raise ValidationError(_("只能标识本单位开具或取得的发票。"))
    try:
        with transaction.atomic():
            made = UseMark.objects.create(invoice=invoice, party=party, kind=kind, voucher=voucher, made_by=actor.user)
    except IntegrityError:
        earlier = UseMark.objects.get(invoice=invoice, party=party, kind=kind, withdrawn_at=None)
        if earlier.voucher == voucher:
            return earlier, False
        raise _used(earlier) from None
    log.record(f"invoices/{party.pk}", "invoice.marked", actor=actor, target=invoice.number, data={"kind": kind})
    return made, True


@transaction.atomic
def withdraw(invoice: Invoice, kind: str, *, because: str, actor: Actor) -> UseMark:
    """Take a mark back, with the reason; the invoice may then be used again.

    :raises ValidationError: when there is no such mark, or no reason is given.
    """
    party = importing.authorise(actor)
    if not because.strip():
        raise ValidationError({"because": _("请写明取消标识的原因。")})
    found = UseMark.objects.select_for_update(no_key=True).filter(
        invoice=invoice, party=party, kind=kind, withdrawn_at=None
    )
    row = found.first()
    if row is None:
        raise ValidationError({"kind": _("这张发票没有这个标识，或者已经取消。")})
    row.withdrawn_at, row.withdrawn_because = clock.now(), because.strip()[:200]
    row.save(update_fields=["withdrawn_at", "withdrawn_because"])
    log.record(f"invoices/{party.pk}", "invoice.unmarked", actor=actor, target=invoice.number, data={"kind": kind})
    return row


def _used(earlier: UseMark) -> ValidationError:
    said = {"number": earlier.invoice.number, "voucher": earlier.voucher, "kind": earlier.get_kind_display()}
    message = _("发票 %(number)s 已由 %(voucher)s 使用（%(kind)s），不能重复使用。记错了可以先取消原标识。") % said
    return ValidationError({"voucher": ValidationError(message, code="used")})
