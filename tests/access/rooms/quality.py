"""The catalogue's interface, corrections and supervision in the matrix (Arts 16, 19, 20)."""

import secrets

from apps.datashare.quality.models import QualityAssessment
from apps.kernel.casework import cases
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar.periods import Period
from tests import factories_pulls, factories_quality, factories_sharing
from tests.access.roles import DEPARTMENTS, NOBODY, Role, reach

SCOPES = ["catalog.read", "catalog.write", "data.correct", "data.supply"]
POLICIES = {
    "corrections_counter:report": Role.CLERK | Role.OTHER_CLERK,
    **reach(DEPARTMENTS, "quality:dashboard, quality:table, quality:unit, quality:dataset"),
    "quality:report": NOBODY,  # the data centre and the General Office only
    "api-quality": DEPARTMENTS | Role.CLIENT,
    **reach(DEPARTMENTS | Role.CLIENT, "api-catalogue, api-catalogue-entry, api-catalogue-withdraw"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-catalogue-coverage, api-corrections, api-correction"),
    **reach(DEPARTMENTS | Role.CLIENT, "api-correction-answer, api-correction-forward"),
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """An assessment of the officer's department and one of its datasets, and a correction it verifies."""
    officer = people[Role.OFFICER]
    centre = factories_sharing.centre()
    doubted = factories_quality.reported(people[Role.CLERK], people[Role.OWNER].party)
    cases.perform(doubted, "forward", centre, office=officer.office)
    dataset = factories_pulls.entry(officer, code=f"matrix-quality-{secrets.token_hex(3)}")
    period = Period.parse("2026Q3")
    for part in (None, dataset):
        QualityAssessment.objects.create(
            office=officer.office, dataset=part, period=str(period), begins=period.start, ends=period.end,
            rules="2020-01-01",
        )  # fmt: skip
    return {
        **{f"{route}:code": officer.office.code for route in ("quality:unit", "quality:dataset", "quality:report")},
        "quality:dataset:dataset": dataset.code,
        "quality:report:period": "2026",
        **{f"api-catalogue-{route}:code": dataset.code for route in ("entry", "withdraw")},
        **{f"api-correction{part}:number": doubted.number for part in ("", "-answer", "-forward")},
    }
