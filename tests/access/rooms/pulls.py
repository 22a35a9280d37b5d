"""The routes of pulls: providers and the data centre at their door, tax staff look on at theirs."""

import secrets

from apps.datashare.pulls.models import Pull, PullSource
from apps.kernel.parties.actors import Actor
from tests import factories_pulls
from tests.access.roles import DEPARTMENTS, TAX_STAFF, Role, reach

POLICIES = {
    **reach(DEPARTMENTS, "pulls:sources, pulls:source, pulls:run, pulls:rows"),
    **reach(TAX_STAFF, "pulls_counter:sources, pulls_counter:source, pulls_counter:run"),
    **reach(DEPARTMENTS | TAX_STAFF | Role.CLIENT, "api-pulls, api-pull-runs, api-pull-run"),
}
SCOPES = ["data.supply"]


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """A source of the officer's department, and a run of it."""
    dataset = factories_pulls.entry(people[Role.OFFICER], code=f"matrix-permits-{secrets.token_hex(3)}")
    source: PullSource = factories_pulls.source(dataset)
    run = Pull.objects.create(source=source, version=dataset.current, kind=Pull.Kind.SCHEDULED)
    routes = ("pulls:source", "pulls_counter:source", "api-pull-runs")
    return {
        **{f"{route}:code": dataset.code for route in routes},
        **{f"{route}:ref": run.ref for route in ("pulls:run", "pulls:rows", "pulls_counter:run", "api-pull-run")},
    }
