"""Matching of all policies with all payers: a pass over the city in steps that each are one statement (Article 13).

A step makes a table and hangs it into ``services_match``: PostgreSQL fills a new table with parallel workers,
an existing one with a single process, and dropping a table costs nothing where deleting its rows takes minutes.
"""

import datetime as dt

from django.db import connection

from apps.kernel.facts import scanning, steps
from apps.kernel.facts.models import Profile
from apps.kernel.facts.scanning import Asked
from apps.kernel.rules import versions
from apps.kernel.rules.models import Policy, PolicyVersion
from apps.services.entitlement.models import MatchRun

STEP = 500_000
KEPT = 2  # passes whose matches are kept


def matchable(on: dt.date) -> dict[str, PolicyVersion]:
    """The versions in force that are sure enough to match people by."""
    return {code: version for code, version in versions.in_force(on).items() if version.reliable}


def taking_part(run: MatchRun) -> list[PolicyVersion]:
    """The versions a run began with, each at the place of its bit: what is approved later counts from the next."""
    return list(
        PolicyVersion.objects.filter(pk__in=run.versions.values()).select_related("policy").order_by("policy_id")
    )


def place(run: MatchRun, policy: Policy) -> int | None:
    """Where a policy's bit stands in what a run found; None when the policy took no part."""
    return next((place for place, version in enumerate(taking_part(run)) if version.policy_id == policy.pk), None)


def step(run: MatchRun, taking_part: list[PolicyVersion]) -> bool:
    """Match the next payers of a run; whether there were any left."""
    after, upto = run.last_party, steps.next_end(Profile.objects, run.last_party, STEP)
    if upto is None:
        return False
    select, params = scanning.statement(
        [Asked(version.condition_tree, version.policy.enjoyed_field) for version in taking_part],
        after=after,
        upto=upto,
    )
    name = f"services_match_{run.pk}_{upto}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {name} AS SELECT {run.pk}::bigint AS run_id, matched.* FROM ({select}) matched",  # noqa: S608 - built here
            params,
        )
        run.done += cursor.rowcount
        # All that has to be true of a partition is looked at in one reading. Planned without knowing that all rows are
        # of one run, the joins become quadratic; a few rows tell.
        cursor.execute(
            f"ALTER TABLE {name} ALTER met SET NOT NULL, ALTER flagged SET NOT NULL, ALTER unclear SET NOT NULL,"
            " ADD CHECK (run_id = %s AND party_id >= %s AND party_id < %s), ADD PRIMARY KEY (run_id, party_id),"
            " ALTER run_id SET STATISTICS 1, ALTER party_id SET STATISTICS 1",
            [run.pk, after + 1, upto + 1],
        )
        cursor.execute(f"ANALYZE {name} (run_id, party_id)")
        cursor.execute(
            f"ALTER TABLE services_match ATTACH PARTITION {name} FOR VALUES FROM (%s, %s) TO (%s, %s)",
            [run.pk, after + 1, run.pk, upto + 1],
        )
        cursor.execute(f"SELECT coalesce(sum(bit_count(met)), 0)::bigint FROM {name}")  # noqa: S608
        run.matched += cursor.fetchone()[0]
    run.last_party = upto
    return True


def forget_old() -> None:
    """Drop the matches of all but the latest passes."""
    kept = set(MatchRun.objects.order_by("-id").values_list("pk", flat=True)[:KEPT])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'services_match'::regclass ORDER BY 1"
        )
        for (name,) in cursor.fetchall():
            if int(name.split("_")[2]) not in kept:
                cursor.execute(f"DROP TABLE {name}")
