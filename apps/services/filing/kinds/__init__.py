"""The kinds of return as data (申报种类, Art 11): each is a row here, and one mechanism files them all."""

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.services.filing.kinds import corporate, insurance, property_behaviour, vat
from apps.services.filing.kinds.base import Imported, ReturnKind

__all__ = ["KINDS", "Imported", "ReturnKind", "get", "of_party", "open_to"]

KINDS: dict[str, ReturnKind] = {
    kind.code: kind
    for kind in (
        vat.GENERAL,
        vat.SMALL_SCALE,
        property_behaviour.COMBINED,
        *property_behaviour.ONCE,
        corporate.PREPAYMENT,
        insurance.EMPLOYER,
    )
}


def get(code: str) -> ReturnKind:
    """The kind of a code; ``KeyError`` when there is none."""
    return KINDS[code]


def of_party(party: Party) -> list[ReturnKind]:
    """The kinds a payer files; none for natural persons."""
    if party.kind != Party.Kind.ORGANISATION:
        return []
    return [kind for kind in KINDS.values() if kind.applies(party)]


def open_to(actor: Actor) -> list[ReturnKind]:
    """The kinds the actor may file for the party acted for: its own, or as far as the mandate reaches."""
    return [kind for kind in of_party(actor.party) if kind.within(actor)] if actor.party is not None else []
