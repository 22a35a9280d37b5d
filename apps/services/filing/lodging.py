"""What each transition of a return carries out: lodge, decide, charge, settle, replace, drop (Arts 6, 11).

These are the guards and effects of ``procedure.py``; they run inside ``cases.perform`` on the locked case.
"""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.facts import runs, writer
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.services.filing import acceptance, charging, computation, drafts
from apps.services.filing.models import ReturnFigure, VatReturn


def ready(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Refuse a return with a figure nobody confirmed, an unexplained difference or outdated data.

    :raises ValidationError: naming each figure by its code.
    """
    vat_return: VatReturn = case.detail
    problems: dict[str, str] = {}
    for figure in vat_return.figures.all():
        if not figure.confirmed:
            problems[figure.code] = _("请确认或修改“%(figure)s”。") % {"figure": figure.label}
        elif figure.difference and not figure.reason:
            problems[figure.code] = _("“%(figure)s”与预填数不同，请说明原因。") % {"figure": figure.label}
    for row in drafts.changes(vat_return):
        figure = ReturnFigure(vat_return=vat_return, kind=row.kind, rate=row.rate)
        problems[figure.code] = _("“%(figure)s”的预填数据已更新，请更新后重新确认。") % {"figure": figure.label}
    if problems:
        raise ValidationError(problems)
    computation.compute(vat_return)


def lodge(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """Fix the amounts and ask the published rules."""
    vat_return: VatReturn = case.detail
    computation.keep(vat_return)
    acceptance.decide(vat_return)


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
    vat_return: VatReturn = case.detail
    before = vat_return.replaces
    if before is not None:
        VatReturn.objects.filter(pk=before.pk).update(standing=VatReturn.Standing.REPLACED)
        cases.perform(before.case, "replace", Actor.system("decision"))
    vat_return.standing = VatReturn.Standing.IN_FORCE
    vat_return.save(update_fields=["standing"])
    charging.charge(vat_return, actor)
    _write_facts(vat_return)
    outbox.send(
        "return-accepted",
        vat_return.party,
        {
            "number": case.number,
            "period": vat_return.period,
            "total": vat_return.total,
            "due": vat_return.due_on,
        },
        about=case.about,
    )


def nothing_left_to_pay(case: Case) -> str | None:
    """A return that leaves nothing to pay is settled at once."""
    return None if charging.outstanding(case.detail) else "close"


def drop(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """A withdrawn return makes room for another of the same period."""
    VatReturn.objects.filter(pk=case.pk).update(standing=VatReturn.Standing.DROPPED)


def settle(vat_return: VatReturn) -> None:
    """A charge of the return was paid: it is settled once nothing is left to pay. Again changes nothing."""
    if charging.outstanding(vat_return):
        return
    try:
        cases.perform(vat_return.case, "settle", Actor.system("ledger"))
    except cases.NotOpen:
        return  # settled by the call before this one


def _write_facts(vat_return: VatReturn) -> None:
    """What an accepted return says goes to the profile, with source and date (the loop of Arts 16-19)."""
    figures = list(vat_return.figures.all())
    sales = sum((figure.value for figure in figures if figure.kind == ReturnFigure.Kind.SALES), Decimal("0.00"))
    input_vat = sum((figure.value for figure in figures if figure.kind == ReturnFigure.Kind.INPUT_VAT), Decimal("0.00"))
    said = {
        "sales": sales,
        "taxable_sales": sales,
        "return_net": sales,
        "sales_month" if vat_return.span.is_month else "sales_quarter": sales,
        "output_vat": vat_return.output_vat,
        "input_vat": input_vat,
        "vat": vat_return.vat,
        "ending_vat_credit": vat_return.carry_out,
    }
    previous = (
        VatReturn.objects.filter(
            party=vat_return.party, standing=VatReturn.Standing.IN_FORCE, ends_on__lt=vat_return.ends_on
        )
        .order_by("-ends_on")
        .first()
    )
    if previous is not None:
        said |= {"vat_prev": previous.vat, "output_vat_prev": previous.output_vat}
    run = runs.start("returns", kind="return", as_of=vat_return.ends_on)
    writer.write(
        [(vat_return.party_id, field, int(value * 100), vat_return.ends_on) for field, value in said.items()], run=run
    )
    runs.finish(run)
