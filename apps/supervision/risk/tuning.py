"""Trying other weights, thresholds and levels on a past run: what would have been found, with how many tasks (Art 32).

Weights and levels are tried on the hits the run kept. Indicators whose thresholds are other ones are decided again,
with the day and the trades' figures of the run and what is known of the payers now; the others keep their hits.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.kernel.parties.actors import Actor
from apps.kernel.rules import parameters, review
from apps.kernel.rules.models import ParameterChange
from apps.kernel.workcalendar import clock
from apps.supervision.risk import access
from apps.supervision.risk.indicators import Rules, indicators, read, reliefs
from apps.supervision.risk.models import Level, RiskRun
from apps.supervision.risk.scanning import FOUND, OPEN, judged

# A run scored by other rules; a party proved true when some indicator was confirmed or corrected.
_TRIED = """
    WITH scored AS ({scored}), judged AS (
        SELECT party_id, bool_or(verdict IN ('confirmed', 'corrected')) AS true_
          FROM supervision_riskoutcome GROUP BY party_id
    )
    SELECT count(*) FILTER (WHERE score >= %s AND score < %s), count(*) FILTER (WHERE score >= %s AND score < %s),
           count(*) FILTER (WHERE score >= %s),
           count(*) FILTER (WHERE true_ AND score >= %s), count(*) FILTER (WHERE NOT true_ AND score >= %s),
           count(*) FILTER (WHERE true_)
      FROM scored LEFT JOIN judged USING (party_id)
"""
_KEPT = "SELECT s.party_id, round(100 * (1 - {product}), 2) AS score FROM supervision_riskscore s WHERE s.run_id = %s"
_AGAIN = """
    SELECT party_id, round(100 * (1 - {product}), 2) AS score
      FROM ({again}) again LEFT JOIN (SELECT * FROM supervision_riskscore WHERE run_id = %s) s USING (party_id)
     WHERE {any_hit} OR s.score IS NOT NULL
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


def changed_thresholds(before: Rules, after: Rules) -> dict[tuple[int, str], Decimal]:
    """Which thresholds are other ones, by indicator and name."""
    return {
        (number, name): value
        for number, values in after.thresholds.items()
        for name, value in values.items()
        if value != before.thresholds[number][name]
    }


def try_on(run: RiskRun, rules: Rules) -> Trial:
    """What other weights, thresholds and levels would have come to on a past run."""
    then = read(run.rules)
    again = sorted({number for number, _name in changed_thresholds(then, rules)})
    product, factors = _product(rules, again)
    if again:
        as_then = replace(rules, on=then.on)
        inner = judged(as_then, reliefs(as_then), run=run.pk, after=0, upto=run.last_party, only=again)
        any_hit = " OR ".join(f"i{number} & {FOUND} <> 0" for number in again)
        scored = _AGAIN.format(product=product, again=inner.text, any_hit=any_hit)
        params = [*factors, *inner.params, run.pk]
    else:
        scored, params = _KEPT.format(product=product), [*factors, run.pk]
    low, middle, high = (rules.levels[level] for level in (Level.REMINDER, Level.ASSESSMENT, Level.AUDIT))
    limits = [low, middle, middle, high, high, low, low]
    statement = _TRIED.format(scored=scored)  # only numbers of our own indicators are written into it
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(statement, [*params, *limits])
        return Trial(*cursor.fetchone())


def _product(rules: Rules, again: list[int]) -> tuple[str, list[Any]]:
    """What all hits leave, from the verdicts given again and, for the other indicators, from those kept."""
    factors: list[Any] = []
    parts = []
    for number in indicators():
        factors += [rules.left(number, severe=True), rules.left(number, severe=False)]
        if number in again:
            parts.append(f"CASE i{number} WHEN {FOUND | OPEN} THEN %s WHEN {FOUND} THEN %s ELSE 1 END")
        else:
            parts.append(f"CASE WHEN {number} = ANY (s.severe) THEN %s WHEN {number} = ANY (s.hits) THEN %s ELSE 1 END")
    return " * ".join(parts), factors


@transaction.atomic
def propose(actor: Actor, before: Rules, after: Rules, reason: str) -> list[ParameterChange]:
    """Propose the changed weights, thresholds and levels; another person puts them in force.

    :raises PermissionDenied: the actor is no analyst, or may not propose law.
    :raises ValidationError: naming what is wrong with a rule.
    """
    access.require_analyst(actor, "risk.tune", "risk-rules")
    changed = {
        indicators()[number].parameter("weight"): weight
        for number, weight in after.weights.items()
        if weight != before.weights[number]
    }
    changed |= {
        indicators()[number].parameter(name): value
        for (number, name), value in changed_thresholds(before, after).items()
    }
    changed |= {f"risk.level.{level}": score for level, score in after.levels.items() if score != before.levels[level]}
    if not changed:
        raise PermissionDenied(_("没有改动，不需要提出变更。"))
    today = clock.today()
    return [_propose(actor, code, value, reason, today) for code, value in sorted(changed.items())]


def _propose(actor: Actor, code: str, value: Decimal, reason: str, today) -> ParameterChange:
    row = parameters.row(code, today)
    provision = {name: getattr(row, name) for name in review.PROVISION_FIELDS}
    provision |= {"value": format(value.normalize(), "f"), "valid_from": today, "valid_to": None}
    return review.propose(actor, reason=reason, **provision)
