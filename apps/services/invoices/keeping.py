"""Keeps an invoice with its lines and its original, whoever brought it: imported or issued here (Art 14)."""

import hashlib
import json
from dataclasses import asdict

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party, Person
from apps.kernel.workcalendar import clock
from apps.services.invoices.models import Invoice, InvoiceLine, InvoiceOriginal
from apps.services.invoices.parsing import Parsed


def keep(parsed: Parsed, content: bytes, *, actor: Actor) -> Invoice:
    """Write the invoice down.

    :raises IntegrityError: when its number is taken.
    """
    known = _parties([parsed.seller_number, parsed.buyer_number])
    stated = {name: value for name, value in vars(parsed).items() if name != "lines"}
    invoice = Invoice.objects.create(
        **stated,
        seller_id=known.get(parsed.seller_number),
        buyer_id=known.get(parsed.buyer_number),
        digest=digest(parsed),
        imported_by=actor.user,
        imported_at=clock.now(),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(invoice=invoice, position=position, **vars(line))
        for position, line in enumerate(parsed.lines, start=1)
    )
    InvoiceOriginal.objects.create(invoice=invoice, content=content, sha256=hashlib.sha256(content).hexdigest())
    return invoice


def digest(parsed: Parsed) -> str:
    """Of what the invoice says, not of how the file is spaced: a second download of it is the same invoice."""
    said = json.dumps(asdict(parsed), default=_plain, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def numbers_of(party: Party) -> set[str]:
    """The numbers a party stands under on invoices."""
    return {
        *Organisation.objects.filter(party=party).values_list("uscc", flat=True),
        *Person.objects.filter(party=party).values_list("id_number", flat=True),
    }


def _parties(numbers: list[str]) -> dict[str, int]:
    return {
        **dict(Organisation.objects.filter(uscc__in=numbers).values_list("uscc", "party_id")),
        **dict(Person.objects.filter(id_number__in=numbers).values_list("id_number", "party_id")),
    }


def _plain(value) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else format(value.normalize(), "f")
