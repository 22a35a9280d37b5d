"""Where a payer stands: the score of a year line by line, and a published result kept up to date (Art 34)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.facts import reading, runs, writer
from apps.kernel.notifications import outbox
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.supervision.credit import measures
from apps.supervision.credit.arithmetic import Part, Rules, Score, score
from apps.supervision.credit.models import CreditChange, CreditRun, CreditYear, Deduction

FIELD = "credit_rating"


@dataclass(frozen=True)
class Line:
    """One line of a score, as the payer reads it."""

    label: str
    formula: str
    points: Decimal
    day: dt.date | None
    source: str


def end_of(year: int) -> dt.date:
    """The day a year's score is taken on: its last, or today while it runs."""
    return min(dt.date(year, 12, 31), clock.today())


def parts(
    rows: list[Deduction], year: int, on: dt.date, *, known: bool = True, direct_by: dt.date | None = None
) -> list[Part]:
    """What the deductions did to a year's score by a day; with ``known`` all that was restored since counts too.

    ``direct_by`` is the day up to which a direct D counts, where it is a later one.
    """
    found = []
    for row in rows:
        repaired = row.repaired_on is not None and (known or row.repaired_on <= on)
        last = (direct_by if row.direct else None) or on
        if row.happened_on > last or (row.direct and repaired) or not (row.direct or row.year == year):
            continue
        found.append(Part(row.points, row.restored if repaired else Decimal(0), row.happened_on, row.direct))
    return found


def counted(party: Party) -> list[Deduction]:
    """The deductions that count, newest first."""
    return list(Deduction.objects.filter(party=party).counted())


def of_year(
    party: Party, year: int, rules: Rules, rows: list[Deduction] | None = None, *, holds: bool = False
) -> Score:
    """The score of a year as it stands today. ``holds``: its result is in force, so a direct D lowers it at once."""
    on = end_of(year)
    some = counted(party) if rows is None else rows
    made = parts(some, year, on, direct_by=clock.today() if holds else None)
    return score(party.registered_on, made, on, rules, revenue=_revenue(party))


def by_month(party: Party, year: int, rules: Rules, rows: list[Deduction]) -> list[tuple[dt.date, Decimal]]:
    """The score at the end of each month of a year so far, as it was known then."""
    revenue, last = _revenue(party), end_of(year)
    days = [dt.date(year, month + 1, 1) - dt.timedelta(days=1) for month in range(1, 12)] + [dt.date(year, 12, 31)]
    shown = [day for day in days if day < last] + [last]
    return [
        (day, score(party.registered_on, parts(rows, year, day, known=False), day, rules, revenue=revenue).total)
        for day in shown
        if day >= party.registered_on
    ]


def lines(
    party: Party, year: int, result: Score, rows: list[Deduction], rules: Rules, *, holds: bool = False
) -> list[Line]:
    """A score line by line: start, each deduction, what came back with its day count, clean months."""
    direct_by = clock.today() if holds else end_of(year)
    found = [Line(_("起评分"), _starts(result, rules), result.start, None, rules.source)]
    for row in reversed(rows):
        if row.year != year and not (row.direct and row.repaired_on is None and row.happened_on <= direct_by):
            continue
        label = f"{row.indicator.label} {row.period}"
        if row.direct:
            words = _("已修复，不再直接判级") if row.repaired_on else _("直接判为 D 级，不看得分")
            found.append(Line(label, words, Decimal(0), row.happened_on, row.clause))
            continue
        found.append(Line(label, row.evidence, -row.points, row.happened_on, row.clause))
        if row.restored:
            words = _("起算日后第 %(days)d 天纠正，恢复 %(share)s") % {
                "days": max(0, (row.mended_on - row.counted_from).days),
                "share": f"{row.restored / row.points:.0%}",
            }
            found.append(
                Line(_("信用修复：%(what)s") % {"what": label}, words, row.restored, row.repaired_on, row.clause)
            )
    if result.clean:
        words = _("最近一次扣分后守信 %(months)d 个月，每月 1 分，最多 11 分，不超过未恢复的扣分") % {
            "months": result.clean_months
        }
        found.append(Line(_("守信月加分"), words, result.clean, None, rules.source))
    return found


def _starts(result: Score, rules: Rules) -> str:
    if result.start == rules.full:
        return _("登记满 %(months)d 个月") % {"months": rules.full_months}
    if result.start == rules.part:
        return _("登记满 %(few)d 个月、不满 %(many)d 个月") % {"few": rules.part_months, "many": rules.full_months}
    return _("登记不满 %(months)d 个月") % {"months": rules.part_months}


def _revenue(party: Party) -> bool | None:
    """Whether there was operating income; None when nothing is known."""
    known = reading.of_several([party.pk], "revenue").get(party.pk)
    return None if known is None else known != 0


def latest(party: Party) -> CreditYear | None:
    """The last published result."""
    return CreditYear.objects.filter(party=party, published_at__isnull=False).order_by("-year").first()


@transaction.atomic
def refresh(party: Party, *, about: str, cause: str) -> list[CreditChange]:
    """Bring the results that hold up to what is known now (动态调整); each change is recorded and told.

    Evaluated but unpublished results follow silently: nobody was told of them yet.
    """
    todos.changed(party)
    held = CreditYear.objects.select_for_update(no_key=True, of=("self",)).filter(party=party).select_related("party")
    results = list(held.order_by("year"))
    if not results:
        return []
    changes = []
    rows = counted(party)
    newest = latest(party)
    rules_of = dict(CreditRun.objects.values_list("year", "on"))
    for row in results:
        holds = newest is None or row.year >= newest.year
        now = of_year(party, row.year, Rules.on_day(rules_of.get(row.year, clock.today())), rows, holds=holds)
        if (now.total, now.level) == (row.score, row.level) and now.restored == row.restored:
            continue
        before = (row.score, row.level)
        CreditYear.objects.filter(party=party, year=row.year).update(
            start=now.start,
            deducted=now.deducted,
            restored=now.restored,
            clean=now.clean,
            score=now.total,
            direct=now.direct,
            level=now.level,
        )
        if row.published_at is not None and before != (now.total, now.level):
            changes.append(_changed(row, now, about, cause))
            if newest is not None and row.year == newest.year and now.level != before[1]:
                _level_moved(party, row.year, before[1], now, cause)
    return changes


def _changed(row: CreditYear, now: Score, about: str, cause: str) -> CreditChange:
    """Record that a published result, ``row`` as it was, is another now."""
    change = CreditChange.objects.create(
        party=row.party,
        year=row.year,
        score_before=row.score,
        score=now.total,
        level_before=row.level,
        level=now.level,
        cause=cause[:200],
        about=about,
    )
    log.record(
        f"party/{row.party.ref}",
        "credit.changed",
        actor=Actor.system("credit"),
        target=about,
        data={"year": row.year, "from": row.level, "to": now.level, "score": str(now.total)},
    )
    return change


def _level_moved(party: Party, year: int, before: str, now: Score, cause: str) -> None:
    """The payer is told first; then facts, certificates and measures follow the new level."""
    outbox.send(
        "credit-changed",
        party,
        {"year": str(year), "before": before, "level": now.level, "score": now.total, "cause": cause},
        about=f"credit-year/{year}",
    )
    run = runs.start("credit", kind="credit")
    writer.write([(party.pk, FIELD, now.level, clock.today())], run=run)
    runs.finish(run)
    for document in IssuedDocument.objects.filter(party=party, kind="credit-certificate", revoked_at__isnull=True):
        letters.revoke(
            document, actor=Actor.system("credit"), reason=IssuedDocument.RevocationReason.WITHDRAWN, note=cause[:200]
        )
    measures.follow(party, year, now.level)
