"""Payers with facts, and people who keep the policies."""

import datetime as dt
from typing import Any

from apps.kernel.facts import runs, writer
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.rules.models import Policy, PolicyVersion
from apps.kernel.rules.policy_review import propose
from apps.kernel.rules.versions import of
from apps.kernel.workcalendar import clock
from apps.services.entitlement.models import MatchRun
from apps.services.guidance import pushing
from apps.services.guidance.forms import VersionForm
from tests import factories

AS_OF = dt.date(2026, 9, 30)
# Every condition of CIT-SLP just within its limit.
SMALL_PROFIT = {
    "subject_kind": "enterprise",
    "restricted_industry": False,
    "taxable_income": 300_000_000,
    "headcount_qavg": 300,
    "assets_qavg": 5_000_000_000,
}
# At most thirty employees: DIS-FUND-30, which one confirmation is enough for.
THIRTY = {"subject_kind": "enterprise", "employees_avg": 30, "pit_income_prev_year": 100_000_000}


def know(party: Party, **facts: Any) -> Party:
    """Make facts of a payer known."""
    run = runs.start("determinations", kind="test", as_of=AS_OF)
    writer.write([(party.pk, field, value, AS_OF) for field, value in facts.items()], run=run)
    runs.finish(run)
    return party


def payer(name: str = "上海浦江精密仪器有限公司", office: Office | None = None, **facts: Any) -> Party:
    """An enterprise of which these facts are known."""
    return know(factories.company(name, office=office, vat_kind="general"), **facts)


def policy(code: str) -> Policy:
    return Policy.objects.get(code=code)


def in_force(code: str) -> PolicyVersion:
    """The version of a policy in force today."""
    found = of(policy(code), clock.today())
    assert found is not None
    return found


def proposal(proposer: Actor, code: str = "CIT-SLP", **changes: Any) -> PolicyVersion:
    """A proposed version of a policy: the one in force with these changes."""
    current = of(policy(code), dt.date(2026, 11, 1))
    said = {name: getattr(current, name) for name in VersionForm.Meta.fields if name != "reason"}
    return propose(proposer, policy(code), **{**said, "reason": "政策调整", **changes})


def push() -> MatchRun:
    """A whole run, from start to end."""
    run = pushing.start(Actor.system("test"))
    pushing.work()
    run.refresh_from_db()
    return run
