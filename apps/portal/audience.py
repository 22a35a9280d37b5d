"""Who sees which entry of the menus: each predicate asks the room it stands for."""

from apps.collaboration.fees import access as fees
from apps.collaboration.qualification import access as qualifications
from apps.collaboration.registry import checking
from apps.datashare.catalogue import editing
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party
from apps.services.appointments import booking
from apps.supervision.credit import partner_views as credit
from apps.supervision.liability import access as liability
from apps.supervision.referral import access as referrals


def everyone(_actor: Actor) -> bool:
    """Signed in or not."""
    return True


def taxpayers(actor: Actor) -> bool:
    """Whoever acts for a taxpayer, or is one and has taken no identity yet."""
    if actor.party is not None:
        return not actor.draft
    return visitors(actor) and actor.user is not None and actor.user.own_party is not None


def visitors(actor: Actor) -> bool:
    """Everyone who is not at work in an office."""
    return actor.office is None


def tax_staff(actor: Actor) -> bool:
    """Staff of a tax authority."""
    return actor.office is not None and actor.office.is_tax


def counter_staff(actor: Actor) -> bool:
    """Staff who book and decide at a counter."""
    return booking.may_book_for(actor)


def department_staff(actor: Actor) -> bool:
    """Staff of a department, bank, court or other unit that is not a tax authority."""
    return actor.office is not None and not actor.office.is_tax


def registries(actor: Actor) -> bool:
    """Staff who check certificates before they register (Art 28)."""
    return checking.may_check(actor)


def fee_departments(actor: Actor) -> bool:
    """Officers of departments that deliver fee sources (Art 25)."""
    return fees.delivers(actor)


def determining(actor: Actor) -> bool:
    """Officers of departments that determine qualifications (Art 26)."""
    return qualifications.determines(actor)


def verifying(actor: Actor) -> bool:
    """Staff of tax offices who have qualifications verified (Art 26)."""
    return qualifications.verifies(actor)


def referring(actor: Actor) -> bool:
    """Staff of tax offices who refer suspected crimes (Art 35)."""
    return referrals.may_refer(actor)


def criminal_justice(actor: Actor) -> bool:
    """Officers of the police and of procuratorates (Art 35)."""
    return referrals.is_police(actor) or referrals.is_prosecutor(actor)


def corrected_at_counter(actor: Actor) -> bool:
    """Staff of tax offices who answer or give orders to correct (Art 38)."""
    return actor.front_door == "counter" and liability.follows(actor)


def corrected_at_partner(actor: Actor) -> bool:
    """Officers elsewhere who answer or give orders to correct (Art 38)."""
    return actor.front_door == "partner" and liability.follows(actor)


def providers(actor: Actor) -> bool:
    """Officers of units that list data in the catalogue (Art 16)."""
    return editing.may_write(actor)


def agencies_only(actor: Actor) -> bool:
    """Whoever acts for a professional agency (Art 7)."""
    return (
        actor.party is not None
        and actor.party.kind == Party.Kind.ORGANISATION
        and actor.party.organisation.form == Organisation.Form.AGENCY
    )


def measure_departments(actor: Actor) -> bool:
    """Officers of departments that carry out credit measures (Art 34)."""
    return credit.in_charge(actor)


def organisations(actor: Actor) -> bool:
    """Whoever acts for an organisation."""
    return actor.party is not None and actor.party.kind == Party.Kind.ORGANISATION


def administrators(actor: Actor) -> bool:
    """Users of the administration."""
    return actor.user is not None and actor.user.is_staff
