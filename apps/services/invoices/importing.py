"""Takes electronic invoices in: read, checked against who is acting, kept once (Art 14)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.services.invoices import keeping, opening, parsing
from apps.services.invoices.models import Invoice
from apps.services.invoices.numbering import ISSUED_HERE, SHANGHAI_REGION

MATTER = "invoices"  # a mandate may be limited to matters


def import_xml(content: bytes, *, actor: Actor) -> Invoice:
    """Keep the invoice in ``content`` for the party acted for; the same invoice again changes nothing.

    :raises PermissionDenied: when nobody is acted for, or the mandate does not reach invoices.
    :raises ValidationError: on ``file``, naming what is wrong with the invoice.
    """
    return take_in(content, actor=actor)[0]


@transaction.atomic
def take_in(content: bytes, *, actor: Actor) -> tuple[Invoice, bool]:
    """The invoice, and whether it is new."""
    party = authorise(actor)
    parsed, original = opening.read(content)
    _check(parsed, party)
    invoice = Invoice.objects.filter(number=parsed.number).first()
    if invoice is None:
        if parsed.number[2:5] == ISSUED_HERE:
            raise ValidationError(
                {
                    "file": _("本系统没有开具过号码为 %(number)s 的发票，这份文件可能是伪造的。请向开票方核实。")
                    % {"number": parsed.number}
                }
            )
        try:
            with transaction.atomic():
                invoice = keeping.keep(parsed, original, actor=actor)
                log.record(f"invoices/{party.pk}", "invoice.imported", actor=actor, target=invoice.number)
                return invoice, True
        except IntegrityError:  # someone else kept it a moment ago
            invoice = Invoice.objects.get(number=parsed.number)
    if not _same(invoice, parsed, original):
        raise ValidationError(
            {
                "file": ValidationError(
                    _("发票 %(number)s 已经导入，但内容与这份文件不同。请核对原件。") % {"number": parsed.number},
                    code="conflict",
                )
            }
        )
    return invoice, False


def authorise(actor: Actor) -> Party:
    """The party invoices are handed in for.

    :raises PermissionDenied: when nobody is acted for, or the mandate does not reach invoices.
    """
    if actor.party is None:
        raise PermissionDenied(_("请先选择代表谁办理。"))
    if actor.mandate is not None and not actor.mandate.covers(matter=MATTER):
        log.denied("invoice.import", actor=actor, target=f"invoices/{actor.party.pk}", reason="mandate scope")
        raise PermissionDenied(_("您的授权不包括发票事项。"))
    return actor.party


def _check(parsed: parsing.Parsed, party: Party) -> None:
    own = keeping.numbers_of(party)
    mistakes = []
    if parsed.seller_number not in own and parsed.buyer_number not in own:
        mistakes.append(_("发票的销售方和购买方都不是 %(name)s，不能导入。") % {"name": party.name})
    if parsed.seller_number in own and parsed.number[2:4] != SHANGHAI_REGION:
        mistakes.append(_("本市纳税人开具的发票号码第 3、4 位应为 31。"))
    if parsed.issued_at > clock.now():
        mistakes.append(_("开票时间晚于现在。"))
    if mistakes:
        raise ValidationError({"file": mistakes})


def _same(invoice: Invoice, parsed: parsing.Parsed, original: bytes) -> bool:
    """Whether a file says what is kept. An OFD's page tells less than the XML: then what both tell is compared."""
    if invoice.digest == keeping.digest(parsed):
        return True
    if not (opening.is_package(original) or opening.is_package(bytes(invoice.original.content))):
        return False
    told = ("status", "seller_number", "seller_name", "buyer_number", "buyer_name", "amount", "tax", "total")
    return all(getattr(invoice, name) == getattr(parsed, name) for name in told)
