"""What each transition of a return carries out: lodge, decide, charge, settle, replace, drop (Arts 6, 11).

These are the bars and effects of ``procedure.py``; they run inside ``cases.perform`` on the locked case.
"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.casework.signals import return_lodged, return_overdue
from apps.kernel.facts import runs, writer
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.services.filing import acceptance, charging, computation, drafts, kinds, titles
from apps.services.filing.models import Return

TOLD_FOR = dt.timedelta(days=7)  # a schedule that was away for some days loses nothing


def ready(case: Case, actor: Actor) -> None:
    """Refuse a return with a figure nobody confirmed, an unexplained difference or outdated data.

    :raises ValidationError: naming each figure by its code.
    """
    tax_return: Return = case.detail
    kinds.get(tax_return.kind).authorise(actor)
    problems: dict[str, str] = {}
    for figure in tax_return.figures.select_related("detail"):
        if not figure.confirmed:
            problems[figure.code] = _("请确认或修改“%(figure)s”。") % {"figure": figure.label}
        elif figure.difference and not figure.reason:
            problems[figure.code] = _("“%(figure)s”与预填数不同，请说明原因。") % {"figure": figure.label}
    for row in drafts.changes(tax_return):
        figure = row.figure
        problems[figure.code] = _("“%(figure)s”的预填数据已更新，请更新后重新确认。") % {"figure": figure.label}
    if problems:
        raise ValidationError(problems)


def lodge(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Fix the amounts and ask the published rules."""
    tax_return: Return = case.detail
    computation.keep(tax_return)
    acceptance.decide(tax_return)
    if tax_return.replaces_id is None:
        on = case.submitted_at.astimezone(SHANGHAI).date()
        return_lodged.send(Case, case=case, due=tax_return.due_on, on=on)


def tell_overdue() -> int:
    """Tell of returns begun and not lodged by their last day, for a week after it; how many were told of."""
    today = clock.today()
    missed = Return.objects.filter(
        standing=Return.Standing.UNDER_WAY,
        replaces__isnull=True,
        case__submitted_at__isnull=True,
        due_on__lt=today,
        due_on__gte=today - TOLD_FOR,
    ).select_related("case__applicant")
    number = 0
    for tax_return in missed.order_by("pk").iterator(chunk_size=500):
        return_overdue.send(Case, case=tax_return.case, due=tax_return.due_on)
        number += 1
    return number


def by_rules(case: Case) -> str:
    """The portal's own next step after a submission: accept it, or pass it to a clerk."""
    passed = all(row.passed for row in acceptance.latest(case.detail))
    return "accept_by_rules" if passed else "refer"


def say_why_referred(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The timeline names the rules that did not pass."""
    failed = [row for row in acceptance.latest(case.detail) if not row.passed]
    data["reason"] = "\n".join(f"{row.label}：{row.facts}" for row in failed)


def take_effect(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """An accepted return is in force: it replaces the one before, charges the payer and feeds the facts."""
    tax_return: Return = case.detail
    before = tax_return.replaces
    if before is not None:
        Return.objects.filter(pk=before.pk).update(standing=Return.Standing.REPLACED)
        cases.perform(before.case, "replace", Actor.system("decision"))
    tax_return.standing = Return.Standing.IN_FORCE
    tax_return.save(update_fields=["standing"])
    charging.charge(tax_return, actor)
    _write_facts(tax_return)
    outbox.send(
        "return-accepted",
        tax_return.party,
        {
            "number": case.number,
            "title": titles.saying(case.title),
            "period": tax_return.period,
            "total": tax_return.total,
            "due": tax_return.due_on,
        },
        about=case.about,
    )


def nothing_left_to_pay(case: Case) -> str | None:
    """A return that leaves nothing to pay is settled at once."""
    return None if charging.outstanding(case.detail) else "close"


def drop(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """A withdrawn return makes room for another of the same period."""
    Return.objects.filter(pk=case.pk).update(standing=Return.Standing.DROPPED)


def settle(tax_return: Return) -> None:
    """A charge of the return was paid: it is settled once nothing is left to pay. Again changes nothing."""
    if charging.outstanding(tax_return):
        return
    try:
        cases.perform(tax_return.case, "settle", Actor.system("ledger"))
    except cases.NotOpen:
        return  # settled by the call before this one


def _write_facts(tax_return: Return) -> None:
    """What an accepted return says goes to the profile, with source and date (the loop of Arts 16-19)."""
    said = kinds.get(tax_return.kind).facts(tax_return)
    if not said:
        return
    run = runs.start("returns", kind="return", as_of=tax_return.ends_on)
    writer.write(
        [(tax_return.party_id, field, int(value * 100), tax_return.ends_on) for field, value in said.items()], run=run
    )
    runs.finish(run)
