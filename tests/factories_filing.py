"""Payers with a period to file, named by intent."""

import datetime as dt
from decimal import Decimal

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.facts import runs, writer
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.services.filing import drafts
from apps.services.invoices import importing, writing
from apps.services.invoices.parsing import Parsed
from tests import factories
from tests.factories_invoices import purchase, sale

SEPTEMBER = "2026-09"
# The worked example VAT-1: sales 1,000,000.00 at 13 %, input VAT 84,500.00, carried in 3,200.00, urban.
EXAMPLE = {
    "output_vat": Decimal("130000.00"),
    "vat": Decimal("42300.00"),
    "carry_out": Decimal("0.00"),
    "city": Decimal("2961.00"),
    "edu": Decimal("1269.00"),
    "local_edu": Decimal("846.00"),
    "total": Decimal("47376.00"),
}


def payer(office: Office | None = None, **organisation) -> Actor:
    """A general taxpayer in the city, with someone who acts for it."""
    party = factories.company(office=office or factories.tax_office(), **{"location": "urban", **organisation})
    return factories.representative(party)


def import_invoices(actor: Actor, *invoices: Parsed) -> None:
    """Take invoices in for the party acted for."""
    for parsed in invoices:
        importing.import_xml(writing.xml(parsed), actor=actor)


def credit_of(party: Party, fen: int, as_of: dt.date = dt.date(2026, 8, 31)) -> None:
    """What an earlier return carried out, as the profile knows it."""
    run = runs.start("returns", kind="return", as_of=as_of)
    writer.write([(party.pk, "ending_vat_credit", fen, as_of)], run=run)


def example_payer(office: Office | None = None) -> Actor:
    """The payer of the worked example VAT-1, known by its invoices and its earlier return."""
    actor = payer(office)
    import_invoices(actor, sale(actor.party, "1000000.00"), purchase(actor.party, "650000.00"))
    credit_of(actor.party, 320000)
    return actor


def confirmed(actor: Actor, period: str = SEPTEMBER, kind: str = "vat") -> Case:
    """A draft with every figure confirmed as imported."""
    case = drafts.begin(actor, kind, period)
    drafts.confirm(case, actor)
    return case


def filed(actor: Actor, period: str = SEPTEMBER, kind: str = "vat") -> Case:
    """A return submitted as imported."""
    return cases.perform(confirmed(actor, period, kind), "submit", actor)
