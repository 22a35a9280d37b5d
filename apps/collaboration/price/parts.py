"""What the page of a price determination shows beside the usual: conclusions and their use (Art 27)."""

from apps.collaboration.price import assessment, procedure
from apps.collaboration.price.models import PriceConclusion
from apps.kernel.casework.models import Case
from apps.kernel.casework.page_parts import Part
from apps.kernel.parties.actors import Actor


def of_case(case: Case, actor: Actor) -> Part | None:
    """The conclusions of a determination, for the offices that see it."""
    if case.procedure != procedure.CODE or actor.party is not None:
        return None
    found = PriceConclusion.objects.filter(determination=case.pk).select_related("document", "office", "determination")
    rows = [
        {
            "conclusion": row,
            "items": list(row.items.select_related("item")),
            "may_use": assessment.may_propose(actor, row),
        }
        for row in found.order_by("pk")
    ]
    return Part("collaboration/price/_conclusions.html", rows) if rows else None
