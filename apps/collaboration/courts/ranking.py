"""Which rank arrears have: towards other creditors in an execution, and in a bankruptcy (Art 30)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from apps.collaboration.courts.models import ClaimLine
from apps.kernel.casework.models import Case
from apps.kernel.ledger import late_fees
from apps.kernel.ledger.models import ZERO, Charge, Levy
from apps.kernel.parties.models import Party

Rank, Component = ClaimLine.Rank, ClaimLine.Component
TAXES = frozenset({Levy.Kind.TAX, Levy.Kind.FEE})
ART_45 = "《税收征收管理法》第四十五条"
ART_113 = "《企业破产法》第一百一十三条"
LATE_FEE_RULE = "《企业破产法》第一百一十三条；法释〔2012〕9号"


def in_execution(charge: Charge, secured_on: dt.date | None) -> tuple[str, str]:
    """Tax goes before unsecured claims; before a mortgage or pledge too when the arrears arose before it."""
    if charge.levy.kind not in TAXES:
        return Rank.ORDINARY, ""
    arose_before = secured_on is not None and charge.due < secured_on
    return (Rank.SECURED_FIRST if arose_before else Rank.UNSECURED_FIRST), ART_45


def in_bankruptcy(charge: Charge, component: str) -> tuple[str, str]:
    """Insurance and tax come second, after wages; late fees and other fees are ordinary claims."""
    if component == Component.LATE_FEE:
        return Rank.ORDINARY, LATE_FEE_RULE
    if charge.levy.kind == Levy.Kind.INSURANCE:
        return Rank.INSURANCE, ART_113
    if charge.levy.kind in TAXES:
        return Rank.TAX, ART_113
    return Rank.ORDINARY, ART_113


def overdue(party: Party, on: dt.date) -> list[Charge]:
    """What a party is in arrears with on a day."""
    return list(Charge.objects.filter(party=party, due__lt=on).open().select_related("levy"))


def everything(party: Party) -> list[Charge]:
    """Everything open: in a bankruptcy what is not due yet counts as due (企业破产法 Art 46)."""
    return list(Charge.objects.filter(party=party).open().select_related("levy"))


def execution_lines(case: Case, charges: list[Charge], on: dt.date, secured_on: dt.date | None) -> list[ClaimLine]:
    """The lines of a claim on the proceeds of an execution, late fee up to a day."""
    return [
        ClaimLine(case=case, charge=charge, component=component, amount=amount, rank=rank, source=source)
        for charge in charges
        for component, amount in _amounts(charge, on)
        for rank, source in [in_execution(charge, secured_on)]
    ]


def bankruptcy_lines(case: Case, charges: list[Charge], accepted_on: dt.date) -> list[ClaimLine]:
    """The lines of a claim in a bankruptcy: the late fee ends on the day of acceptance."""
    return [
        ClaimLine(case=case, charge=charge, component=component, amount=amount, rank=rank, source=source)
        for charge in charges
        for component, amount in _amounts(charge, accepted_on)
        for rank, source in [in_bankruptcy(charge, component)]
    ]


def _amounts(charge: Charge, on: dt.date) -> Iterator[tuple[str, Decimal]]:
    if charge.outstanding > ZERO:
        yield Component.PRINCIPAL, charge.outstanding
    late_fee = late_fees.outstanding(charge, on)
    if late_fee > ZERO:
        yield Component.LATE_FEE, late_fee
