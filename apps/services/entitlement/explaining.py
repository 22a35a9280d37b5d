"""Why a policy fits a payer or does not: every clause with the fact, who said it and when (Articles 12, 13)."""

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation

from apps.kernel.facts import catalogue, conditions, disputes, reading
from apps.kernel.facts.display import shown
from apps.kernel.parties.models import Party
from apps.kernel.rules import predicates
from apps.kernel.rules.models import PolicyVersion
from apps.services.entitlement import estimates


@dataclass(frozen=True)
class Step:
    """One clause: what is asked, what is known, who said so, and whether it holds (None: not known)."""

    words: str
    field: str
    label: str
    value: str
    met: bool | None
    source: str = ""
    as_of: dt.date | None = None
    disputed: bool = False


@dataclass(frozen=True)
class Fit:
    """Whether a policy fits a payer, clause by clause, and what it is worth."""

    version: PolicyVersion
    met: bool | None
    steps: tuple[Step, ...]
    amount: Decimal | None
    basis: estimates.Estimate | None

    @property
    def record(self) -> list[dict[str, Any]]:
        """The steps as a case keeps them."""
        return [asdict(step) | {"as_of": step.as_of.isoformat() if step.as_of else None} for step in self.steps]


def fit(version: PolicyVersion, party: Party) -> Fit:
    """How a version of a policy fits a payer as far as the facts go today."""
    return fits([version], party)[0]


def recorded(version: PolicyVersion, party: Party) -> Fit:
    """The same as a case keeps it: in Chinese, whatever language the person who caused it reads."""
    with translation.override(settings.LANGUAGE_CODE):
        return fit(version, party)


def fits(versions: list[PolicyVersion], party: Party) -> list[Fit]:
    """The same for several versions, reading the facts once."""
    profile, said, disputed = reading.profile(party), reading.current(party), disputes.open_of(party)

    def step(traced: predicates.Traced) -> Step:
        field = traced.clause.field
        entry, statement = catalogue.entries()[field], said.get(field)
        return Step(
            words=conditions.sentence(traced.clause),
            field=field,
            label=str(entry.label),
            value=shown(entry, traced.actual),
            met=traced.met,
            source=statement.source if statement else "",
            as_of=statement.confirmed_on if statement else None,
            disputed=field in disputed,
        )

    found = []
    for version in versions:
        verdict = predicates.evaluate(version.condition_tree, profile)
        code = version.policy.code
        steps = tuple(map(step, verdict.trace))
        found.append(Fit(version, verdict.met, steps, estimates.worth(code, profile), estimates.estimates().get(code)))
    return found
