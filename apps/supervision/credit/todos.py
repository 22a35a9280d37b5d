"""What credit asks of a payer: mend what can still be restored in full, apply for repair (Art 34)."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.parties.todos import Todo
from apps.kernel.workcalendar import clock
from apps.supervision.credit.arithmetic import Rules, ladder
from apps.supervision.credit.models import Deduction

LIMIT = 20


def of_deductions(actor: Actor) -> Iterable[Todo]:
    """Open and mended deductions, with the last day of the present share; in two queries."""
    if actor.party is None or actor.party.kind != Party.Kind.ORGANISATION:
        return
    rows = Deduction.objects.visible_to(actor).counted().filter(repaired_on__isnull=True, direct=False)
    found = list(rows[:LIMIT])
    if not found:
        return
    today = clock.today()
    rules = Rules.on_day(today)
    for row in found:
        url = reverse("credit:deduction", args=[actor.party.ref, row.ref])
        what = {"what": f"{row.indicator.label} {row.period}"}
        if row.mended_on:
            yield Todo(title=_("申请信用修复：%(what)s") % what, url=url, kind="credit")
            continue
        ahead = (
            step
            for step in ladder(row.points, row.counted_from, rules, tax=row.tax)
            if step.until and step.until >= today
        )
        step = next(ahead, None)
        note = _("到这一天纠正，恢复 %(share)s") % {"share": f"{step.share:.0%}"} if step else ""
        yield Todo(
            title=_("纠正失信行为：%(what)s") % what,
            url=url,
            kind="credit",
            due=step.until if step else None,
            note=note,
        )
