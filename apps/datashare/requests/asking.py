"""Ask for shared data: the one door by which an office's request comes to be (Art 17)."""

from typing import Any

from apps.datashare.access import asks, require
from apps.datashare.catalogue.models import Dataset, Scenario
from apps.datashare.requests.models import DataRequest
from apps.datashare.requests.procedure import DATA_REQUEST
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor


def ask(actor: Actor, dataset: Dataset, *, key: str, scenario: Scenario | None = None, **asked: Any) -> Case:
    """Submit a request of the actor's office. It is granted at once, or is on its way when this returns.

    :raises PermissionDenied: the actor asks for no data.
    :raises ValidationError: naming each field; nothing is left behind.
    """
    require(asks(actor), "data.ask", actor, dataset.code)
    given = {"dataset": dataset.code, "scenario": scenario.code if scenario else "", **asked}
    return cases.open_submitted(DATA_REQUEST, actor, given, idempotency_key=key)


def of_office(actor: Actor):
    """The requests of the actor's office, newest first."""
    return (
        DataRequest.objects.filter(office=actor.office)
        .select_related("case", "dataset__current", "dataset__provider")
        .order_by("-case_id")
    )
