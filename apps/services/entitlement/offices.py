"""Which tax office is in charge of a payer, and which payers an office may look at (Article 13)."""

from django.db.models import Q

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party


def in_charge(party: Party) -> Office | None:
    """The payer's tax office, or the bureau of its district; None where neither is known."""
    if party.office is not None:
        return party.office
    return Office.objects.filter(kind=Office.Kind.TAX_DISTRICT, district=party.district, active=True).first()


def within_reach(actor: Actor, party: str = "") -> Q:
    """What narrows rows with ``office`` and ``district`` to an actor's reach; ``party`` is the path to them.

    The city's office sees all, a bureau its district, an office its own payers.
    """
    prefix = f"{party}__" if party else ""
    office = actor.office
    if office is None or actor.party is not None or not office.is_tax:
        return Q(pk__in=[])
    if office.kind == Office.Kind.TAX_CITY:
        return Q()
    own = Q(**{f"{prefix}office": office}) | Q(**{f"{prefix}office__parent": office})
    if office.kind == Office.Kind.TAX_DISTRICT and office.district:
        return own | Q(**{f"{prefix}district": office.district, f"{prefix}office__isnull": True})
    return own
