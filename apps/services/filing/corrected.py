"""A value that was wrong has been put right: the drafts of returns filled in with it are flagged (Art 19)."""

from apps.kernel.audit import log
from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.casework.procedures import DRAFT
from apps.kernel.facts.signals import fact_corrected
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.services.filing import circumstances, drafts, kinds
from apps.services.filing.kinds import Imported
from apps.services.filing.models import Return, ReturnFigure

SYSTEM = Actor.system("facts")


def connect() -> None:
    """Called once, when the chapter is ready."""
    fact_corrected.connect(_on_fact_corrected, dispatch_uid="returns-of-corrected-facts")


def newer(changes: list[Imported]) -> dict[str, ReturnFigure]:
    """What the data say by now, by the code of the figure that still shows something else."""
    return {row.figure.code: row.figure for row in changes if row.amount is not None}


def of_case(case: Case, actor: Actor) -> Part | None:
    """On the page of a draft: which figures and circumstances the data no longer agree with, and the way to take
    them over."""
    tax_return = case.detail
    if actor.party is None or case.state != DRAFT or not isinstance(tax_return, Return):
        return None
    fresh = newer(drafts.changes(tax_return))
    outdated = [(row, fresh[row.code]) for row in tax_return.sheet if row.code in fresh]
    altered = circumstances.altered(tax_return)
    if not outdated and not altered:
        return None
    return Part("services/filing/_outdated.html", {"figures": outdated, "circumstances": altered})


def _on_fact_corrected(sender: object, *, party: Party, field: str, **_more: object) -> list[Case]:
    """Put on record which drafts show the old value; the answer names them."""
    found = []
    waiting = Return.objects.filter(party=party, standing=Return.Standing.UNDER_WAY, case__state=DRAFT)
    for tax_return in waiting.select_related("case", "party__organisation").order_by("pk"):
        codes = [row.figure.code for row in drafts.changes(tax_return) if row.fact == field]
        rests_on_it = field in kinds.get(tax_return.kind).rests_on
        altered = [row.name for row in circumstances.altered(tax_return)] if rests_on_it else []
        for what, names in (("figures", codes), ("circumstances", altered)):
            if names:
                data = {what: names, "fact": field}
                log.record(tax_return.case.about, f"{what}.outdated", actor=SYSTEM, data=data)
        if codes or altered:
            found.append(tax_return.case)
    if found:
        todos.changed(party)
    return found
