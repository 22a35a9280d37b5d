"""Assess a period from its counts: each indicator of every unit and dataset, the weighted means, history (Art 20)."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction

from apps.datashare.quality import arithmetic, counting, indicators
from apps.datashare.quality.indicators import INDICATORS, Group
from apps.datashare.quality.models import QualityAssessment, QualityScore
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period

SYSTEM = Actor.system("quality")
QUARTER, YEAR = 3, 12
Standing = tuple[int, int | None]


@transaction.atomic
def assess(period: Period) -> int:
    """Compute a period for everyone; how many results are new.

    A result that says the same as the one in force is left; another one takes its place, the old one is kept.

    :raises UnknownLaw: no weights are in force at the end of the period.
    """
    rules, version = indicators.rules(period.end), indicators.version(period.end)
    made: list[tuple[QualityAssessment, list[QualityScore]]] = []
    for (office, dataset), counts in counting.count(period).items():
        scores = [_score(code, *counts.get(code, (0, 0)), rule.weight) for code, rule in rules.items()]
        row = QualityAssessment(
            office_id=office,
            dataset_id=dataset,
            period=str(period),
            begins=period.start,
            ends=period.end,
            rules=version,
        )
        for group in Group:
            setattr(row, group, _mean(score for score in scores if score.group == group))
        row.total = _mean(scores)
        made.append((row, scores))
    fresh = _new(period, made)
    log.record(
        "quality", "quality.assessed", actor=SYSTEM, target=str(period), data={"new": len(fresh), "rules": version}
    )
    return len(fresh)


def assess_ended(today: dt.date | None = None) -> dict[str, int]:
    """The month that has ended, and the quarter and the year that ended with it."""
    last = (today or clock.today()).replace(day=1) - dt.timedelta(days=1)
    periods = [Period(last.year, last.month, 1)]
    if last.month % QUARTER == 0:
        periods.append(Period(last.year, last.month - 2, QUARTER))
    if last.month == YEAR:
        periods.append(Period(last.year, 1, YEAR))
    return {str(period): assess(period) for period in periods}


def _score(code: str, hits: int, out_of: int, weight: Decimal) -> QualityScore:
    known = INDICATORS[code]
    value = arithmetic.share(hits, out_of, known.direction)
    return QualityScore(
        indicator=code,
        direction=known.direction,
        group=known.group,
        hits=hits,
        out_of=out_of,
        weight=weight,
        value=value,
    )


def _mean(scores: Iterable[QualityScore]) -> arithmetic.Share:
    return arithmetic.weighted_mean((score.value, score.weight) for score in scores)


def _new(period: Period, made: list[tuple[QualityAssessment, list[QualityScore]]]) -> list[QualityAssessment]:
    before = {
        (row.office_id, row.dataset_id): row
        for row in QualityAssessment.objects.filter(period=str(period), current=True)
        .select_for_update(no_key=True)
        .prefetch_related("scores")
    }
    fresh, replaced = [], []
    for row, scores in made:
        old = before.get((row.office_id, row.dataset_id))
        if old is not None and old.rules == row.rules and _said(old.scores.all()) == _said(scores):
            continue
        fresh.append((row, scores))
        replaced += [old.pk] if old is not None else []
    QualityAssessment.objects.filter(pk__in=replaced).update(current=False)
    rows = QualityAssessment.objects.bulk_create([row for row, _scores in fresh])
    for row, scores in fresh:
        for score in scores:
            score.assessment = row
    QualityScore.objects.bulk_create([score for _row, scores in fresh for score in scores])
    return rows


def _said(scores: Iterable[QualityScore]) -> set[tuple[str, int, int, Decimal]]:
    return {(score.indicator, score.hits, score.out_of, score.weight) for score in scores}
