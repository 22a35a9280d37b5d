"""The database side of the read records (Art 21): one table, a partition for each month, changes refused.

A month's rows can be archived and dropped as one file, and a look at this month does not search the years before.
"""

# One month as a partition of its own. Rows of that month that the default partition already holds stay there.
MONTH = """
CREATE FUNCTION datashare_access_month(day date) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    lower date := date_trunc('month', day)::date;
    upper date := (lower + interval '1 month')::date;
    partition text := format('datashare_dataaccess_%s', to_char(lower, 'YYYYMM'));
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (
        SELECT FROM datashare_dataaccess_default
        WHERE at >= lower::timestamp AT TIME ZONE 'UTC' AND at < upper::timestamp AT TIME ZONE 'UTC'
    ) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE datashare_dataaccess INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
    EXECUTE format(
        'CREATE TRIGGER access_never_truncated BEFORE TRUNCATE ON %I FOR EACH STATEMENT'
        ' EXECUTE FUNCTION datashare_append_only()', partition
    );
    EXECUTE format(
        'ALTER TABLE datashare_dataaccess ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition, lower || ' 00:00:00+00', upper || ' 00:00:00+00'
    );
    RETURN true;
END $$;
"""

# The table as it was, in months.
TABLE = """
ALTER TABLE datashare_dataaccess RENAME TO datashare_dataaccess_before;
CREATE SEQUENCE datashare_dataaccess_by_month_id_seq;
CREATE TABLE datashare_dataaccess (
    LIKE datashare_dataaccess_before INCLUDING CONSTRAINTS,
    PRIMARY KEY (id, at),
    CONSTRAINT access_ref UNIQUE (ref, at),
    FOREIGN KEY (grant_id) REFERENCES datashare_datagrant DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (case_id) REFERENCES casework_case DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (party_id) REFERENCES parties_party DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (office_id) REFERENCES parties_office DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (user_id) REFERENCES parties_user DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE (at);
ALTER TABLE datashare_dataaccess ALTER id SET DEFAULT nextval('datashare_dataaccess_by_month_id_seq');
ALTER SEQUENCE datashare_dataaccess_by_month_id_seq OWNED BY datashare_dataaccess.id;
CREATE TABLE datashare_dataaccess_default PARTITION OF datashare_dataaccess DEFAULT;
"""

# The rows move into their months. The row trigger is inherited by every partition, so that a change is refused
# whichever name it is asked under; TRUNCATE triggers are per statement and each table carries its own. An export's
# access is held by a trigger: no foreign key reaches into partitions by id alone.
MOVE = """
SELECT datashare_access_month(month::date) FROM generate_series(
    date_trunc('month', coalesce((SELECT min(at) FROM datashare_dataaccess_before), now())),
    date_trunc('month', now()) + interval '3 months', interval '1 month') AS month;
INSERT INTO datashare_dataaccess SELECT * FROM datashare_dataaccess_before ORDER BY id;
SELECT setval('datashare_dataaccess_by_month_id_seq', coalesce(max(id), 0) + 1, false) FROM datashare_dataaccess;
SET CONSTRAINTS ALL IMMEDIATE;
DROP TABLE datashare_dataaccess_before;
CREATE INDEX datashare_d_grant_i_b0b036_idx ON datashare_dataaccess (grant_id, id DESC);
CREATE INDEX datashare_d_user_id_5b509c_idx ON datashare_dataaccess (user_id, at);
CREATE INDEX access_case ON datashare_dataaccess (case_id);
CREATE INDEX access_party ON datashare_dataaccess (party_id);
CREATE INDEX access_office ON datashare_dataaccess (office_id);
CREATE TRIGGER access_append_only BEFORE UPDATE OR DELETE ON datashare_dataaccess
    FOR EACH ROW EXECUTE FUNCTION datashare_append_only();
CREATE TRIGGER access_never_truncated BEFORE TRUNCATE ON datashare_dataaccess
    FOR EACH STATEMENT EXECUTE FUNCTION datashare_append_only();
CREATE TRIGGER access_never_truncated BEFORE TRUNCATE ON datashare_dataaccess_default
    FOR EACH STATEMENT EXECUTE FUNCTION datashare_append_only();
CREATE FUNCTION datashare_export_has_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM datashare_dataaccess WHERE id = NEW.access_id) THEN
        RAISE EXCEPTION 'export % names no access', NEW.ref
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'export_has_access';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER export_has_access AFTER INSERT ON datashare_dataexport
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION datashare_export_has_access();
"""

STATEMENTS = (TABLE, MONTH, MOVE)
