"""The person concerned is told what was done, why, by what law and how to appeal (Art 29; Art 6)."""

from typing import Any

from django.utils import translation

from apps.collaboration.banks import papers
from apps.collaboration.banks.models import AccountEnquiry, AccountOrder
from apps.kernel.casework.models import Case
from apps.kernel.documents import letters
from apps.kernel.ledger.models import ZERO
from apps.kernel.notifications import outbox
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock


def tell(case: Case, actor: Actor, _data: dict[str, Any]) -> None:
    """Once for a measure: a letter and a message."""
    request: AccountEnquiry | AccountOrder = case.detail
    if request.told_at is not None:
        return
    request.told_at = clock.now()
    request.save(update_fields=["told_at"])
    with translation.override("zh-hans"):
        measure, appeal = str(request.power.title), request.appeal
    executed = getattr(request, "executed", None) or ZERO
    letter = letters.issue(
        papers.DECISION.code,
        request.party,
        {
            "number": case.number,
            "measure": measure,
            "bank": str(request.bank),
            "facts": request.facts,
            "clause": request.power.clause,
            "appeal": appeal,
            "executed": executed,
        },
        actor=Actor(user=actor.user, office=request.asked_by, channel=actor.channel, name=actor.name),
        about=f"measure/{case.number}",
    )
    outbox.send(
        "measure-taken",
        request.party,
        {
            "measure": measure,
            "bank": str(request.bank),
            "office": str(request.asked_by),
            "amount": executed,
            "clause": request.power.clause,
            "document": letter.number,
            "appeal": appeal,
        },
        about=f"measure/{case.number}",
    )
