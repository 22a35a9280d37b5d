"""Credit: who reaches which file, run, measure (Art 34)."""

import datetime as dt

from apps.kernel.parties.actors import Actor
from apps.supervision.credit import proposals
from tests import factories_credit
from tests.access.roles import EVERYONE, NOBODY, TAX_STAFF, Role, reach

SCOPES = ("credit.measures",)
POLICIES: dict[str, Role] = {
    **reach(EVERYONE, "credit_public, api-credit-a"),
    **reach(Role.OWNER, "as credit:file, as credit:certificate, as credit:deduction, as credit:dispute"),
    **reach(TAX_STAFF, "credit_counter:search, credit_counter:entered, credit_counter:repairs"),
    **reach(TAX_STAFF, "credit_counter:runs, credit_counter:run, credit_counter:dashboard"),
    **reach(Role.CLERK, "credit_counter:file, credit_counter:enter, credit_counter:proposal"),
    "credit_counter:publish": NOBODY,  # chiefs and risk staff of the city's authority
    **reach(Role.OFFICER, "credit_partner:tasks, credit_partner:task"),
    "api-credit-file": Role.OWNER,
    **reach(Role.OFFICER | Role.CLIENT, "api-credit-measures, api-credit-measure-report"),
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """A deduction of the owner's, one that waits for a second person, a published year, a measure of the officer's."""
    party = people[Role.OWNER].party
    row = factories_credit.deducted(party)
    task, _officer = factories_credit.task(party, people[Role.OFFICER].office)
    waiting = proposals.propose(
        party,
        people[Role.CLERK],
        {
            "code": "false-commitment",
            "period": "沪税责〔2026〕7号",
            "happened_on": dt.date(2026, 1, 5),
            "tax": None,
            "evidence": "材料到期未补。",
        },
    )
    run = factories_credit.evaluated(2025)
    return {
        "as credit:deduction:ref": row.ref,
        "as credit:dispute:year": "2025",
        "credit_counter:file:ref": party.ref,
        "credit_counter:enter:ref": party.ref,
        "credit_counter:proposal:ref": waiting.ref,
        "credit_counter:run:ref": run.ref,
        "credit_counter:publish:ref": run.ref,
        "credit_partner:task:ref": task.ref,
        "api-credit-measure-report:ref": task.ref,
    }
