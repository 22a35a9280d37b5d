"""What an accepted return puts on the payer's account, and what a correction changes there (Art 6).

A period has one charge per levy, whichever return is in force: a correction adjusts it, so what was
paid stays paid, a difference bears late fees from the original due date, and too much becomes refundable.
"""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_noop

from apps.kernel.casework.procedures import recorded
from apps.kernel.ledger import charges
from apps.kernel.ledger.models import Charge, Levy
from apps.kernel.parties.actors import Actor
from apps.services.filing import kinds
from apps.services.filing.models import Return

CORRECTED = gettext_noop("更正申报")


def owed(tax_return: Return) -> dict[str, Decimal]:
    """What the return declares of each of its levies."""
    amounts = tax_return.amounts
    return {
        levy: sum((amounts[name] for name in names), Decimal("0.00"))
        for levy, names in kinds.get(tax_return.kind).levies.items()
    }


def charge(tax_return: Return, actor: Actor) -> list[Charge]:
    """Bring the account to what the return declares; a levy with nothing to pay makes no charge."""
    there = {row.levy_id: row for row in tax_return.charges}
    amounts = owed(tax_return)
    _refuse_charged_elsewhere(tax_return, [levy for levy, amount in amounts.items() if amount and levy not in there])
    found = []
    for levy, amount in amounts.items():
        if levy in there:
            reason = f"{recorded(CORRECTED)} {tax_return.case.number}"
            found.append(charges.adjust(there[levy], amount, reason=reason, actor=actor))
        elif amount:
            found.append(
                charges.assess(
                    party=tax_return.party,
                    levy=levy,
                    period=tax_return.period,
                    amount=amount,
                    due=tax_return.due_on,
                    about=tax_return.case.about,
                    actor=actor,
                )
            )
    return found


def _refuse_charged_elsewhere(tax_return: Return, levies: list[str]) -> None:
    """Contributions of a month are charged once, by totals here or by lines elsewhere, whichever came first."""
    elsewhere = Charge.objects.filter(
        party=tax_return.party_id,
        levy__in=levies,
        levy__kind=Levy.Kind.INSURANCE,
        period=tax_return.period,
        amount__gt=0,
    )
    if elsewhere.exists():
        raise ValidationError(
            gettext(
                "%(period)s 的社会保险费已经按职工明细申报或者由经办部门核定，不能再汇总申报。"
                "需要改的，请更正原来的申报。"
            )
            % {"period": tax_return.period}
        )


def outstanding(tax_return: Return) -> list[Charge]:
    """The charges of the return's period with something left to pay."""
    return list(tax_return.charges.open())


def return_behind(row: Charge) -> Return | None:
    """The return in force that a charge belongs to, if it is one of a return at all."""
    first = Return.objects.filter(case__number=row.about.removeprefix("case/"), party_id=row.party_id).first()
    if first is None:
        return None
    return (
        Return.objects.filter(
            party_id=row.party_id, kind=first.kind, period=first.period, standing=Return.Standing.IN_FORCE
        )
        .select_related("case")
        .first()
    )
