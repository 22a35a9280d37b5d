"""A credit file as a page or the API shows it (Art 34): results, score line by line, deductions, a person's archive."""

from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.supervision.credit import charts, deductions, standing
from apps.supervision.credit.arithmetic import Rules
from apps.supervision.credit.models import CreditChange, CreditRun, CreditYear, Deduction, MeasureTask

BACK = 5  # years a file can be opened at without a result


def years(party: Party, actor: Actor) -> list[int]:
    """The years a file can be opened at: those with a published result, and the last ones the payer was there in."""
    published = CreditYear.objects.visible_to(actor).filter(party=party, published_at__isnull=False)
    this = clock.today().year
    there = range(max(party.registered_on.year, this - BACK), this + 1)
    return sorted({this, *there, *published.values_list("year", flat=True)}, reverse=True)


def askable(party: Party, actor: Actor) -> list[int]:
    """The years somebody may ask about: of those before the registration the answer is that there is no file."""
    this = clock.today().year
    return sorted({*years(party, actor), *range(this - BACK, this + 1)}, reverse=True)


def unrated(year: int, run: CreditRun | None) -> str:
    """Why a year has no result to show, and when there will be one."""
    month = int(parameters.row("credit.publish-month", clock.today()).number)
    when = {"year": year, "next": year + 1, "month": month}
    if year >= clock.today().year:
        return _("%(year)d 年度还没有结束，所以还没有评价。年度结束以后评价，%(next)d 年 %(month)d 月发布。") % when
    if run is not None and run.state == CreditRun.State.PUBLISHED:
        return _("%(year)d 年度的评价没有包括您：评价时您不在登记的单位之中。下一年度的评价会包括您。") % when
    return _("%(year)d 年度的评价结果还没有发布；应在 %(next)d 年 %(month)d 月发布，发布后会通知您。") % when


def of_year(party: Party, year: int, actor: Actor) -> dict[str, Any]:
    """Everything a file says about a year."""
    result = CreditYear.objects.visible_to(actor).filter(party=party, year=year, published_at__isnull=False).first()
    run = CreditRun.objects.filter(year=year).first()
    rules = Rules.on_day(run.on if run else clock.today())
    rows = list(Deduction.objects.visible_to(actor).filter(party=party).counted())
    newest = standing.latest(party)
    holds = newest is not None and newest.year == year
    score = standing.of_year(party, year, rules, rows, holds=holds)
    months = standing.by_month(party, year, rules, rows)
    shown = [row for row in rows if row.year == year or (row.direct and row.state != Deduction.State.REPAIRED)]
    return {
        "party": party,
        "year": year,
        "years": years(party, actor),
        "result": result,
        "unrated": "" if result else unrated(year, run),
        "running": year == clock.today().year,
        "score": score,
        "lines": standing.lines(party, year, score, rows, rules, holds=holds),
        "months": months,
        "chart": charts.score_line(months, rules.floors),
        "deductions": [(row, deductions.steps(row, ahead=True)) for row in shown],
        "struck": list(Deduction.objects.visible_to(actor).filter(party=party, year=year, struck_at__isnull=False)),
        "changes": list(CreditChange.objects.filter(party=party, year=year)),
        "tasks": list(
            MeasureTask.objects.visible_to(actor)
            .filter(party=party)
            .exclude(state=MeasureTask.State.LIFTED)
            .select_related("measure__office")
        ),
        "rules": rules,
    }


def archive(party: Party) -> list[dict[str, Any]]:
    """A person's record of keeping faith (自然人守信档案): by year, what fell due and what was paid in time.

    A charge still owed or with a late fee was not paid in time. Nothing is deducted from a person.
    """
    due = Charge.objects.filter(party=party, due__lte=clock.today(), amount__gt=0)
    late = Q(paid__lt=F("amount")) | Q(late_fee_fixed__gt=0)
    return list(
        due.annotate(year=ExtractYear("due"))
        .values("year")
        .annotate(due=Count("pk"), kept=Count("pk", filter=~late), owed=Count("pk", filter=Q(paid__lt=F("amount"))))
        .order_by("-year")
    )
