"""The one writer of deductions, and telling the payer of each: how to mend it and by when (Art 34).

A deduction is written once for a party, an indicator and a month (or a document's number), however often it is
found. It counts only once the payer has been told.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import recorded
from apps.kernel.notifications import outbox
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User
from apps.kernel.workcalendar import clock
from apps.supervision.credit import standing
from apps.supervision.credit.arithmetic import Rules, Step, ladder
from apps.supervision.credit.indicators import INDICATORS
from apps.supervision.credit.models import Deduction

BATCH = 500


@dataclass(frozen=True)
class Finding:
    """What was found: of whom, which indicator, for which month or document, and since when it can be mended."""

    party_id: int
    code: str
    period: str
    happened_on: dt.date
    counted_from: dt.date
    evidence: str
    about: str = ""
    tax: Decimal | None = None
    entered_by: User | None = None
    confirmed_by: User | None = None


@transaction.atomic
def record(findings: Sequence[Finding], *, actor: Actor) -> list[Deduction]:
    """Write what is new among the findings; those are returned. What is known stays as it is.

    :raises parameters.UnknownLaw: when the law of an indicator is not known.
    """
    today = clock.today()
    law = {code: INDICATORS[code].row(today) for code in {each.code for each in findings}}
    rows = [
        Deduction(
            party_id=each.party_id,
            code=each.code,
            period=each.period,
            year=each.happened_on.year,
            happened_on=each.happened_on,
            counted_from=each.counted_from,
            points=0 if INDICATORS[each.code].direct else law[each.code].number,
            direct=INDICATORS[each.code].direct,
            waits_months=int(law[each.code].number) if INDICATORS[each.code].direct else 0,
            tax=each.tax,
            evidence=each.evidence[:500],
            about=each.about,
            clause=law[each.code].source[:200],
            source=Deduction.Source.OFFICER if each.entered_by else Deduction.Source.DATA,
            entered_by=each.entered_by,
            confirmed_by=each.confirmed_by,
        )
        for each in findings
    ]
    Deduction.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    made = list(Deduction.objects.filter(ref__in=[row.ref for row in rows]).select_related("party"))
    for row in made:
        log.record(row.stream, "credit.deducted", actor=actor, data={"code": row.code, "period": row.period})
    return made


def tell(*, most: int = BATCH) -> int:
    """Tell payers of the deductions nobody has told them of; from then on these count. How many were told."""
    told = 0
    for pk in list(Deduction.objects.filter(told_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:most]):
        told += _tell(pk)
    return told


@transaction.atomic
def _tell(pk: int) -> int:
    row = (
        Deduction.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
        .filter(pk=pk, told_at__isnull=True)
        .select_related("party")
        .first()
    )
    if row is None:
        return 0  # another worker is telling it
    row.told_at = clock.now()
    row.save(update_fields=["told_at"])
    outbox.send(
        "credit-deduction",
        row.party,
        {
            "indicator": recorded(row.indicator.label),
            "period": row.period,
            "cost": cost(row),
            "evidence": row.evidence,
            "clause": row.clause,
            "mend": recorded(row.indicator.mend),
            "terms": terms(row),
        },
        about=row.stream,
    )
    log.record(row.stream, "credit.told", actor=Actor.system("credit"))
    todos.changed(row.party)
    standing.refresh(row.party, about=row.stream, cause=recorded(row.indicator.label))
    return 1


@transaction.atomic
def strike(row: Deduction, actor: Actor, *, about: Case) -> None:
    """A deduction that was wrong counts no more, by the case that has shown it; every result that holds follows."""
    row.struck_at = clock.now()
    row.save(update_fields=["struck_at"])
    log.record(row.stream, "credit.struck", actor=actor, target=about.number)
    todos.changed(row.party)
    refresh(about)


def refresh(case: Case) -> None:
    """Work out anew what holds for the payer a case is about."""
    title = recorded(case.definition.title)
    standing.refresh(case.applicant, about=case.about, cause=f"{title} {case.number}")


def steps(row: Deduction, *, ahead: bool = False) -> list[Step]:
    """By which day how much of a deduction can be restored; ``ahead`` leaves out the days that have passed."""
    if row.direct:
        return []
    today = clock.today()
    found = ladder(row.points, row.counted_from, Rules.on_day(today), tax=row.tax)
    return [step for step in found if not ahead or step.until is None or step.until >= today]


def cost(row: Deduction) -> str:
    """What it costs, in words of the record."""
    return "直接判为 D 级" if row.direct else f"扣 {plain(row.points)} 分"


def terms(row: Deduction) -> str:
    """How and by when it can be mended, in words of the record: one line a term."""
    if row.direct:
        return f"纠正后满 {row.waits_months} 个月没有新的失信行为的，可以申请修复。"
    return "\n".join(
        f"{_until(step.until)}纠正：恢复 {step.share:.0%}，即 {plain(step.points)} 分" for step in steps(row)
    )


def _until(day: dt.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日以前" if day else "以后"


def plain(points: Decimal) -> str:
    """Points as people write them: 5, 8.8."""
    return f"{points.normalize():f}"
