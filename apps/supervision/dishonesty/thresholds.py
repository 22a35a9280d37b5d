"""From which figures on a taxpayer is listed: the thresholds of Order 54 as dated rules (Art 33)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.kernel.rules import parameters
from apps.kernel.rules.models import Parameter
from apps.supervision.dishonesty.models import DishonestyListing, Kind, in_percent

# For each kind: groups of rules of which one must hold; all rules of a group must hold.
# A rule's last word names the figure it is about.
GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    Kind.EVASION: (("dishonesty.evasion.amount", "dishonesty.evasion.share"),),
    Kind.ARREARS: (("dishonesty.arrears.amount",),),
    Kind.REFUND_FRAUD: (("dishonesty.refund-fraud.amount",),),
    Kind.RESISTANCE: ((),),
    Kind.FALSE_SPECIAL: (("dishonesty.false-special.amount",),),
    Kind.FALSE_ORDINARY: (("dishonesty.false-ordinary.number",), ("dishonesty.false-ordinary.amount",)),
    Kind.FORGED: (("dishonesty.forged-invoices.number",), ("dishonesty.forged-invoices.amount",)),
}


@dataclass(frozen=True)
class Checked:
    """One threshold beside the figure found."""

    rule: Parameter
    figure: Decimal | None
    met: bool


def check(listing: DishonestyListing, on: dt.date) -> tuple[bool, list[Checked]]:
    """Whether the figures reach what the law of a day asks, and each threshold looked at.

    :raises UnknownLaw: when the law of that day is not known here.
    """
    groups = [[_check(listing, code, on) for code in group] for group in GROUPS[listing.kind]]
    reached = any(all(each.met for each in group) for group in groups)
    return reached, [each for group in groups for each in group]


def in_words(checked: list[Checked]) -> str:
    """The thresholds beside the figures, as a refusal or a notice writes them."""
    return _("；").join(
        _("%(title)s：规定 %(comparator)s %(limit)s，实际 %(figure)s")
        % {
            "title": each.rule.title,
            "comparator": each.rule.comparator,
            "limit": _shown(each.rule, each.rule.number),
            "figure": "—" if each.figure is None else _shown(each.rule, each.figure),
        }
        for each in checked
    )


def _shown(rule: Parameter, figure: Decimal) -> str:
    return in_percent(figure) if rule.code.endswith(".share") else f"{figure:,}"


def _check(listing: DishonestyListing, code: str, on: dt.date) -> Checked:
    rule = parameters.row(code, on)
    figure = getattr(listing, code.rpartition(".")[2])
    figure = None if figure is None else Decimal(figure)
    return Checked(rule, figure, figure is not None and parameters.within(figure, rule))
