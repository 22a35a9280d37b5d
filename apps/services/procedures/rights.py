"""What the payers' rights of Article 6 have in common: who decides, and that the account follows the decision."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.casework import standard
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import ClockSpec, Transition, Words
from apps.kernel.ledger.models import Charge, Levy
from apps.kernel.parties import offices
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party

# What the Tax Collection Law is about: taxes, and the surcharges collected with them. Contributions and non-tax
# revenue are reduced and given back under rules of their own.
TAXES = {"kind__in": (Levy.Kind.TAX, Levy.Kind.FEE)}

Doing = Callable[[Case, Actor, dict[str, Any]], None]

SUPPLEMENT_CLOCK = ClockSpec(
    "supplement",
    gettext_lazy("补正材料"),
    starts=("ask_supplement",),
    stops=("supply", "withdraw"),
    pausable=False,
    whose="applicant",
)


def approving(effect: Doing, *, bar: standard.Bar | None = None, reopens: bool = False) -> tuple[Transition, ...]:
    """The standard table with a consequence on approval. Money that has moved is not reopened, only a refusal is.

    :param bar: what of the account or the application stands in the way of an approval, told before it is pressed.
    """
    rows = {standard.APPROVE: replace(standard.APPROVE, effect=effect, bar=standard.every(standard.APPROVE.bar, bar))}
    if not reopens:
        rows[standard.REOPEN] = replace(standard.REOPEN, sources=(standard.REFUSED,))
    return tuple(rows.get(row, row) for row in standard.TRANSITIONS)


def deciding(term: str, label: Words) -> tuple[ClockSpec, ...]:
    """The clocks of an application the office decides within a term: the decision's, and the applicant's to supply."""
    decision = ClockSpec(term, label, starts=("submit", "reopen"), stops=("approve", "refuse", "withdraw"))
    return decision, SUPPLEMENT_CLOCK


def payers_office(case: Case) -> Office:
    """The tax office in charge of the payer.

    :raises ValidationError: when none is.
    """
    office = offices.in_charge(case.applicant)
    if office is None:
        raise ValidationError(_("您还没有主管税务所，请先到任一办税服务厅办理信息报告。"))
    return office


def charge_of(party: Party, levy: Levy, period: str, *, bears: Callable[[Charge], Decimal], amount: Decimal) -> Charge:
    """The charge of a levy and period on a payer's account: of several the latest that bears the amount.

    :param bears: how much of a charge may be asked for; where none has as much, the one that has most.
    :raises ValidationError: on field ``period``, when there is none.
    """
    found = list(Charge.objects.filter(party=party, levy=levy, period=period, amount__gt=0).order_by("-id"))
    if not found:
        raise ValidationError({"period": _("您的账户里没有这个税费种在这一所属期的税费，请对照“我的账户”填写。")})
    return next((charge for charge in found if bears(charge) >= amount), max(found, key=bears))
