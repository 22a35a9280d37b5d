"""Matching of all policies with all payers: a pass over the city in steps that each are one statement (Article 13)."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from apps.kernel.facts import scanning
from apps.kernel.rules import versions
from apps.kernel.rules.models import PolicyVersion
from apps.services.entitlement.models import Match, MatchRun

STEP = 20_000
KEPT = 2  # passes whose matches are kept


@dataclass(frozen=True)
class Range:
    """Parties after one id up to and including another."""

    after: int
    upto: int


def matchable(on: dt.date) -> dict[str, PolicyVersion]:
    """The versions in force that are sure enough to match people by."""
    return {code: version for code, version in versions.in_force(on).items() if version.reliable}


def taking_part(run: MatchRun) -> list[PolicyVersion]:
    """The versions a run began with: what is approved meanwhile counts from the next run on."""
    return list(PolicyVersion.objects.filter(pk__in=run.versions.values()).select_related("policy"))


def step(run: MatchRun, taking_part: list[PolicyVersion]) -> Range | None:
    """Match the next payers of a run; the range done, or None when everyone is done."""
    after, upto = run.last_party, scanning.next_end(run.last_party, STEP)
    if upto is None:
        return None
    select, params = scanning.statement(
        {version.policy_id: version.condition_tree for version in taking_part},
        {version.policy_id: version.policy.enjoyed_field for version in taking_part if version.policy.enjoyed_field},
        after=after,
        upto=upto,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH kept AS (INSERT INTO services_match (run_id, party_id, met, flagged, unclear) "  # noqa: S608
            f"SELECT %s, matched.* FROM ({select}) matched RETURNING cardinality(met) AS size) "
            "SELECT coalesce(sum(size), 0) FROM kept",
            [run.pk, *params],
        )
        run.matched += cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM facts_profile WHERE party_id > %s AND party_id <= %s", [after, upto])
        run.done += cursor.fetchone()[0]
    run.last_party = upto
    return Range(after, upto)


def forget_old() -> None:
    """Drop the matches of all but the latest passes."""
    kept = MatchRun.objects.order_by("-id").values("pk")[:KEPT]
    Match.objects.exclude(run__in=list(kept.values_list("pk", flat=True))).delete()
