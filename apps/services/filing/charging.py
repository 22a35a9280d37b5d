"""What an accepted return puts on the payer's account, and what a correction changes there (Art 6).

A period has one charge per levy, whichever return is in force: a correction adjusts it, so what was
paid stays paid, a difference bears late fees from the original due date, and too much becomes refundable.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Charge, Payment
from apps.kernel.parties.actors import Actor
from apps.services.filing.models import VatReturn

# The levies of the combined return and the column that holds each one's amount.
LEVIES = {"vat": "vat", "city-construction": "city", "education": "edu", "local-education": "local_edu"}


def charge(vat_return: VatReturn, actor: Actor) -> list[Charge]:
    """Bring the account to what the return declares; a levy with nothing to pay makes no charge."""
    there = {row.levy_id: row for row in _of_period(vat_return)}
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
    return list(_of_period(vat_return).open())


def certificates(vat_return: VatReturn) -> list[IssuedDocument]:
    """The certificates in force of the payments that went to the return's charges."""
    paid = Payment.objects.filter(allocations__charge__in=_of_period(vat_return)).distinct()
    about = [payment.about for payment in paid]
    return list(IssuedDocument.objects.filter(about__in=about, revoked_at__isnull=True).order_by("id"))


def return_behind(row: Charge) -> VatReturn | None:
    """The return in force that a charge belongs to, if it is one of a return at all."""
    if row.levy_id not in LEVIES:
        return None
    return (
        VatReturn.objects.filter(party_id=row.party_id, period=row.period, standing=VatReturn.Standing.IN_FORCE)
        .select_related("case")
        .first()
    )


def _of_period(vat_return: VatReturn):
    return Charge.objects.filter(party=vat_return.party, period=vat_return.period, levy__in=LEVIES).select_related(
        "levy"
    )
