"""What a pass found about a payer stands as one bit for each policy of the pass, where arrays of keys stood before."""

from django.db import migrations

import apps.kernel.facts.bits

# The place of a policy's bit is its place among the run's policies, by id.
FORWARD = """
    CREATE FUNCTION pg_temp.bits(run bigint, keys smallint[]) RETURNS varbit LANGUAGE sql STABLE AS $$
        SELECT coalesce(string_agg(CASE WHEN v.policy_id = ANY (keys) THEN '1' ELSE '0' END, '' ORDER BY v.policy_id), '')::varbit
          FROM services_matchrun r, jsonb_each_text(r.versions) e JOIN rules_policyversion v ON v.id = e.value::bigint
         WHERE r.id = run
    $$;
    ALTER TABLE services_match
        ALTER met TYPE varbit USING pg_temp.bits(run_id, met),
        ALTER flagged TYPE varbit USING pg_temp.bits(run_id, flagged),
        ALTER unclear TYPE varbit USING pg_temp.bits(run_id, unclear);
    DROP FUNCTION pg_temp.bits(bigint, smallint[]);
"""
BACKWARD = """
    CREATE FUNCTION pg_temp.keys(run bigint, bits varbit) RETURNS smallint[] LANGUAGE sql STABLE AS $$
        SELECT coalesce(array_agg(policy_id::smallint) FILTER (WHERE get_bit(bits, place::int - 1) = 1), '{}')
          FROM (SELECT v.policy_id, row_number() OVER (ORDER BY v.policy_id) AS place
                  FROM services_matchrun r, jsonb_each_text(r.versions) e
                  JOIN rules_policyversion v ON v.id = e.value::bigint
                 WHERE r.id = run) placed
    $$;
    ALTER TABLE services_match
        ALTER met TYPE smallint[] USING pg_temp.keys(run_id, met),
        ALTER flagged TYPE smallint[] USING pg_temp.keys(run_id, flagged),
        ALTER unclear TYPE smallint[] USING pg_temp.keys(run_id, unclear);
    DROP FUNCTION pg_temp.keys(bigint, varbit);
"""


class Migration(migrations.Migration):
    dependencies = [("services", "0005_source_facts"), ("rules", "0002_kept")]
    operations = [
        migrations.RunSQL(
            FORWARD,
            BACKWARD,
            state_operations=[
                migrations.AlterField("match", name, apps.kernel.facts.bits.BitStringField(label))
                for name, label in (("met", "符合条件"), ("flagged", "申报已享受"), ("unclear", "已享受但无法判断"))
            ],
        )
    ]
