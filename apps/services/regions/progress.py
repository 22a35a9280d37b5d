"""What we tell a province of the matter it sent us: accepted, approved, refused (Art 9)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import recorded
from apps.kernel.parties.actors import Actor
from apps.services.regions import sending


def accepted(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The case has a handler, and the province learns that work has begun."""
    case.handler = actor.user
    _tell(case, "progress", recorded(_("已受理，办件编号 %s。")) % case.number)


def approved(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The result goes back with the words of the decision."""
    _tell(case, "approved", data["reason"])


def refused(case: Case, actor: Actor, data: dict[str, Any]) -> None:
    """The refusal goes back with the clause it rests on."""
    _tell(case, "refused", recorded(_("%(reason)s（依据：%(clause)s）")) % data)


def _tell(case: Case, outcome: str, words: str) -> None:
    detail = case.detail
    sending.send(
        detail.region,
        case.about,
        "matter.progress",
        {"number": case.number, "your_number": detail.their_number, "outcome": outcome, "words": words[:900]},
    )
