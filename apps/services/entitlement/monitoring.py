"""Dual monitoring (双向监控, Article 13): what is matched beside what is enjoyed, by one full join.

Enjoyment is known from the latest return of the payer and from confirmations here. Policies whose
enjoyment shows nowhere are not monitored: not seeing a benefit taken does not say it was missed.
"""

from django.db import connection

from apps.kernel.rules.models import PolicyVersion
from apps.services.entitlement.estimates import estimates
from apps.services.entitlement.models import MatchRun

# Each party and policy that is matched, enjoyed or both, with how the two stand to each other.
_JOINED = """
    WITH matched AS MATERIALIZED (
        SELECT party_id, unnest(met) AS policy_id FROM services_match WHERE run_id = %(run)s
    ), enjoyed AS MATERIALIZED (
        SELECT party_id, unnest(flagged) AS policy_id FROM services_match WHERE run_id = %(run)s
        UNION
        SELECT party_id, policy_id FROM services_enjoyment WHERE year = %(year)s
    ), unclear AS MATERIALIZED (
        SELECT party_id, unnest(unclear) AS policy_id FROM services_match WHERE run_id = %(run)s
    ), joined AS (
        SELECT party_id, policy_id,
               CASE WHEN e.party_id IS NULL THEN 'missed' WHEN m.party_id IS NOT NULL THEN 'enjoyed'
                    WHEN u.party_id IS NOT NULL THEN 'unclear' ELSE 'irregular' END AS kind
          FROM matched m FULL JOIN enjoyed e USING (party_id, policy_id) LEFT JOIN unclear u USING (party_id, policy_id)
         WHERE policy_id = ANY (%(monitored)s)
    )
"""

_COUNT = """
    INSERT INTO services_monitorcount (run_id, policy_id, kind, office_id, district, trade, parties, amount)
    SELECT %(run)s, j.policy_id, j.kind, y.office_id, y.district, coalesce(left(p.industry_code, 1), ''),
           count(*), coalesce(sum({amount}), 0)
      FROM joined j JOIN facts_profile p USING (party_id) JOIN parties_party y ON y.id = j.party_id
     GROUP BY 2, 3, 4, 5, 6
"""

_FIND = """
    INSERT INTO services_finding (party_id, policy_id, version_id, year, run_id, amount, found_at)
    SELECT j.party_id, j.policy_id, v.id, %(year)s, %(run)s, {amount}, %(now)s
      FROM joined j JOIN facts_profile p USING (party_id)
      JOIN rules_policyversion v ON v.id = ANY (%(versions)s) AND v.policy_id = j.policy_id
     WHERE j.kind = 'irregular'
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
    amount = _amount(monitored)
    with connection.cursor() as cursor:
        # The run has just written these rows; planned by what was there before, the joins become quadratic.
        cursor.execute("ANALYZE services_match, services_enjoyment")
        for statement in (_COUNT, _FIND):
            cursor.execute(_JOINED + statement.format(amount=amount), params)


def _amount(monitored: list[PolicyVersion]) -> str:
    known = [
        f"WHEN {version.policy_id:d} THEN {estimates()[version.policy.code].sql}"
        for version in monitored
        if version.policy.code in estimates()
    ]
    return f"CASE j.policy_id {' '.join(known)} END" if known else "NULL::numeric"
