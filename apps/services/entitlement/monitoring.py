"""Dual monitoring (双向监控, Article 13): what is matched beside what is enjoyed, joined payer by payer.

Enjoyment is known from the latest return of the payer and from confirmations here. Policies whose
enjoyment shows nowhere are not monitored: not seeing a benefit taken does not say it was missed.
"""

from django.db import connection

from apps.kernel.rules.models import PolicyVersion
from apps.services.entitlement.estimates import estimates
from apps.services.entitlement.models import MatchRun

_LISTED = """
    WITH own AS (
        SELECT party_id, array_agg(policy_id) AS policies FROM services_enjoyment
         WHERE year = %(year)s GROUP BY party_id
    ), listed AS (
        SELECT m.party_id, m.met, m.flagged || coalesce(o.policies, '{}') AS enjoyed, m.unclear
          FROM services_match m LEFT JOIN own o USING (party_id) WHERE m.run_id = %(run)s
    )
"""

# The full join of what is matched with what is enjoyed, made inside the payer's row: both lists one after the other,
# of a policy in both the second place left out. Joined by keys, the city's lists would be hashed pair by pair.
_COUNT = """
    , placed AS (
        SELECT met, enjoyed, unclear, y.office_id, y.district, coalesce(left(p.industry_code, 1), '') AS trade, {facts},
               unnest(met || enjoyed) AS policy_id, generate_series(1, cardinality(met) + cardinality(enjoyed)) AS place
          FROM listed JOIN facts_profile p USING (party_id) JOIN parties_party y ON y.id = party_id
    )
    INSERT INTO services_monitorcount (run_id, policy_id, kind, office_id, district, trade, parties, amount)
    SELECT %(run)s, p.policy_id,
           CASE WHEN place > cardinality(met) THEN
                    CASE WHEN p.policy_id = ANY (unclear) THEN 'unclear' ELSE 'irregular' END
                WHEN p.policy_id = ANY (enjoyed) THEN 'enjoyed' ELSE 'missed' END,
           office_id, district, trade, count(*), coalesce(sum({amount}), 0) / 100
      FROM placed p
     WHERE p.policy_id = ANY (%(monitored)s) AND (place <= cardinality(met) OR p.policy_id <> ALL (met))
     GROUP BY 2, 3, 4, 5, 6
"""

_FIND = """
    , taken AS (
        SELECT party_id, met, unclear, unnest(enjoyed) AS policy_id FROM listed
    )
    INSERT INTO services_finding (party_id, policy_id, version_id, year, run_id, amount, found_at)
    SELECT t.party_id, t.policy_id, v.id, %(year)s, %(run)s, ({amount})::numeric / 100, %(now)s
      FROM taken t JOIN facts_profile p USING (party_id)
      JOIN rules_policyversion v ON v.id = ANY (%(versions)s) AND v.policy_id = t.policy_id
     WHERE t.policy_id <> ALL (met) AND t.policy_id <> ALL (unclear)
    ON CONFLICT (party_id, policy_id, year) DO NOTHING
"""


def compare(run: MatchRun, taking_part: list[PolicyVersion]) -> None:
    """Count how everyone stands to every monitored policy, and keep each irregular enjoyment not yet known."""
    monitored = [version for version in taking_part if version.policy.enjoyed_field or version.straight_through]
    params = {
        "run": run.pk,
        "year": run.on.year,
        "now": run.worked_at,
        "monitored": [version.policy_id for version in monitored],
        "versions": [version.pk for version in monitored],
    }
    known = {
        version.policy_id: estimates()[version.policy.code]
        for version in monitored
        if version.policy.code in estimates()
    }
    facts = ", ".join(f"p.{field}" for field in sorted({estimate.column for estimate in known.values()})) or "0"
    worth = " ".join(f"WHEN {policy:d} THEN {estimate.sql}" for policy, estimate in known.items())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE services_enjoyment")  # planned by what was there before, the joins become quadratic
        # Of lists laid out the planner expects millions of groups, and would sort the city's pairs to find thousands.
        cursor.execute("SET LOCAL enable_sort = off")
        for statement, policy in ((_COUNT, "p.policy_id"), (_FIND, "t.policy_id")):
            amount = f"CASE {policy} {worth} END" if worth else "NULL::bigint"
            cursor.execute(_LISTED + statement.format(facts=facts, amount=amount), params)
        cursor.execute("SET LOCAL enable_sort = on")
