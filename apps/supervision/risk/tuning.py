"""Trying other weights on a past run: what would have been found, with how many tasks (Art 32)."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters, review
from apps.kernel.rules.models import ParameterChange
from apps.kernel.workcalendar import clock
from apps.supervision.risk import access
from apps.supervision.risk.indicators import Rules, indicators
from apps.supervision.risk.models import Level, RiskRun

# The kept hits of a run scored by other weights; a party proved true when some indicator was confirmed or corrected.
_TRIED = """
    WITH scored AS (
        SELECT s.party_id, round(100 * (1 - {product}), 2) AS score
          FROM supervision_riskscore s WHERE s.run_id = %s
    ), judged AS (
        SELECT party_id, bool_or(verdict IN ('confirmed', 'corrected')) AS true_
          FROM supervision_riskoutcome GROUP BY party_id
    )
    SELECT count(*) FILTER (WHERE score >= %s AND score < %s), count(*) FILTER (WHERE score >= %s AND score < %s),
           count(*) FILTER (WHERE score >= %s),
           count(*) FILTER (WHERE true_ AND score >= %s), count(*) FILTER (WHERE NOT true_ AND score >= %s),
           count(*) FILTER (WHERE true_)
      FROM scored LEFT JOIN judged USING (party_id)
"""


@dataclass(frozen=True)
class Trial:
    """What rules would have come to on a run."""

    reminders: int
    assessments: int
    audits: int
    found: int  # proved true, and called for a task
    needless: int  # cleared, and called for a task
    true: int  # proved true, of all with a finding in the run

    @property
    def tasks(self) -> int:
        return self.reminders + self.assessments + self.audits


def try_on(run: RiskRun, rules: Rules) -> Trial:
    """What other weights and levels would have come to on a past run; thresholds stay as they were."""
    factors: list[Decimal] = []
    parts = []
    for number in indicators():
        factors += [rules.left(number, severe=True), rules.left(number, severe=False)]
        parts.append(f"CASE WHEN {number} = ANY (s.severe) THEN %s WHEN {number} = ANY (s.hits) THEN %s ELSE 1 END")
    low, middle, high = (rules.levels[level] for level in (Level.REMINDER, Level.ASSESSMENT, Level.AUDIT))
    limits = [low, middle, middle, high, high, low, low]
    statement = _TRIED.format(product=" * ".join(parts))  # only numbers of our own indicators are written into it
    with connection.cursor() as cursor:
        cursor.execute(statement, [*factors, run.pk, *limits])
        return Trial(*cursor.fetchone())


@transaction.atomic
def propose(actor: Actor, before: Rules, after: Rules, reason: str) -> list[ParameterChange]:
    """Propose the changed weights and levels; another person puts them in force.

    :raises PermissionDenied: the actor is no analyst, or may not propose law.
    :raises ValidationError: naming what is wrong with a rule.
    """
    access.require_analyst(actor, "risk.tune", "risk-rules")
    changed = {
        indicators()[number].parameter("weight"): weight
        for number, weight in after.weights.items()
        if weight != before.weights[number]
    } | {f"risk.level.{level}": score for level, score in after.levels.items() if score != before.levels[level]}
    if not changed:
        raise PermissionDenied(_("没有改动，不需要提出变更。"))
    today = clock.today()
    return [_propose(actor, code, value, reason, today) for code, value in sorted(changed.items())]


def _propose(actor: Actor, code: str, value: Decimal, reason: str, today) -> ParameterChange:
    row = parameters.row(code, today)
    provision = {name: getattr(row, name) for name in review.PROVISION_FIELDS}
    provision |= {"value": format(value.normalize(), "f"), "valid_from": today, "valid_to": None}
    return review.propose(actor, reason=reason, **provision)
