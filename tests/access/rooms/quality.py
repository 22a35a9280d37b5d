"""Corrections and supervision in the matrix (Arts 19, 20)."""

import secrets

from apps.datashare.quality.models import QualityAssessment
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar.periods import Period
from tests import factories_pulls
from tests.access.roles import DEPARTMENTS, NOBODY, Role, reach

SCOPES = ["data.supply"]
POLICIES = {
    "corrections_counter:report": Role.CLERK | Role.OTHER_CLERK,
    **reach(DEPARTMENTS, "quality:dashboard, quality:table, quality:unit, quality:dataset"),
    "quality:report": NOBODY,  # the data centre and the General Office only
    "api-quality": DEPARTMENTS | Role.CLIENT,
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """An assessment of the officer's department and one of its datasets."""
    officer = people[Role.OFFICER]
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
    }
