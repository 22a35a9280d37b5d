"""What a taxpayer's cases ask of them: drafts to finish, material to supply."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.casework import procedures
from apps.kernel.casework.models import Case, Clock
from apps.kernel.casework.procedures import DRAFT
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.todos import Todo
from apps.kernel.workcalendar.days import SHANGHAI

LIMIT = 20


def of_cases(actor: Actor) -> Iterable[Todo]:
    """Drafts and cases that wait for the applicant, in two queries."""
    if actor.party is None:
        return
    waiting = {
        (procedure.code, state.code)
        for procedure in procedures.all()
        for state in procedure.states
        if state.waits_for_applicant
    }
    open_cases = Case.objects.visible_to(actor).filter(closed_at__isnull=True)
    found = open_cases.filter(state__in={DRAFT, *(state for _code, state in waiting)}).order_by("-id")[:LIMIT]
    rows = [case for case in found if case.state == DRAFT or (case.procedure, case.state) in waiting]
    running = Clock.objects.filter(case__in=rows, whose=Clock.Whose.APPLICANT, stopped_at__isnull=True)
    due = {clock.case_id: clock.due_at.astimezone(SHANGHAI).date() for clock in running}
    for case in rows:
        title = _("完成草稿：%(title)s") if case.state == DRAFT else _("补充材料：%(title)s")
        yield Todo(
            title=title % {"title": case.heading},
            url=reverse("cases:page", args=[actor.party.ref, case.number]),
            kind="case",
            due=due.get(case.pk),
            note=str(case.standing.todo),
        )
