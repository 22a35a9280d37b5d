"""What an accepted return puts on the payer's account, and what a correction changes there (Art 6).

A period has one charge per levy, whichever return is in force: a correction adjusts it, so what was
paid stays paid, a difference bears late fees from the original due date, and too much becomes refundable.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.services.filing.models import LEVIES, VatReturn


def charge(vat_return: VatReturn, actor: Actor) -> list[Charge]:
    """Bring the account to what the return declares; a levy with nothing to pay makes no charge."""
    there = {row.levy_id: row for row in vat_return.charges}
    found = []
    for levy, column in LEVIES.items():
        amount: Decimal = getattr(vat_return, column)
        if levy in there:
            reason = _("更正申报 %(number)s") % {"number": vat_return.case.number}
            found.append(charges.adjust(there[levy], amount, reason=reason, actor=actor))
        elif amount:
            found.append(
                charges.assess(
                    party=vat_return.party,
                    levy=levy,
                    period=vat_return.period,
                    amount=amount,
                    due=vat_return.due_on,
                    about=vat_return.case.about,
                    actor=actor,
                )
            )
    return found


def outstanding(vat_return: VatReturn) -> list[Charge]:
    """The charges of the return's period with something left to pay."""
    return list(vat_return.charges.open())


def return_behind(row: Charge) -> VatReturn | None:
    """The return in force that a charge belongs to, if it is one of a return at all."""
    if row.levy_id not in LEVIES:
        return None
    return (
        VatReturn.objects.filter(party_id=row.party_id, period=row.period, standing=VatReturn.Standing.IN_FORCE)
        .select_related("case")
        .first()
    )
