"""The database side of the evidence: the functions and triggers that chain events and refuse changes.

Kept as text because it has two readers: the migration installs it, and ``verify_audit`` compares
it with what the database really holds.
"""

# Each function by name, with the exact body PostgreSQL keeps in ``pg_proc.prosrc``.
FUNCTION_BODIES = {
    # One column as bytes: its length, then its UTF-8 text; NULL is the length -1. So no two
    # different rows share an encoding. ``offline.py`` repeats this in Python.
    "audit_field": """
    SELECT CASE
        WHEN value IS NULL THEN '\\xffffffff'::bytea
        ELSE int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8')
    END
""",
    # Locking the stream's head and advancing it is one statement: the upsert. Whatever the
    # writer supplied for seq, prev_hash, hash and alg is overwritten.
    "audit_event_chain": """
DECLARE
    body bytea;
BEGIN
    NEW.alg := 'sha256';
    body := sha256(
        audit_field(NEW.id::text)
        || audit_field(NEW.stream)
        || audit_field((extract(epoch FROM NEW.at) * 1000000)::bigint::text)
        || audit_field(NEW.action)
        || audit_field(NEW.actor_id::text)
        || audit_field(NEW.actor_label)
        || audit_field(NEW.office_id::text)
        || audit_field(NEW.party_id::text)
        || audit_field(NEW.channel)
        || audit_field(NEW.target)
        || audit_field(NEW.data::text)
        || audit_field(NEW.alg)
    );
    INSERT INTO audit_stream AS stream (name, seq, prev, head, alg, at, pending)
    VALUES (NEW.stream, 1, ''::bytea, sha256(int8send(1) || body), NEW.alg, NEW.at, true)
    ON CONFLICT (name) DO UPDATE SET
        seq = stream.seq + 1,
        prev = stream.head,
        head = sha256(stream.head || int8send(stream.seq + 1) || body),
        alg = NEW.alg,
        at = NEW.at,
        pending = true
    RETURNING stream.seq, stream.prev, stream.head INTO NEW.seq, NEW.prev_hash, NEW.hash;
    RETURN NEW;
END
""",
    # A head moves only when an event moves it; a checkpoint may only clear ``pending``.
    "audit_stream_guard": """
BEGIN
    IF pg_trigger_depth() > 1 THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.name, NEW.seq, NEW.prev, NEW.head, NEW.alg, NEW.at)
            IS NOT DISTINCT FROM (OLD.name, OLD.seq, OLD.prev, OLD.head, OLD.alg, OLD.at)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'audit stream heads move only with events: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END
""",
    "audit_refuse": """
BEGIN
    RAISE EXCEPTION 'audit evidence is append-only: % on % refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
""",
    # One month of events as a partition of its own. Rows of that month that the default
    # partition already holds stay there: moving evidence would mean deleting it.
    "audit_event_month": """
DECLARE
    lower date := date_trunc('month', day)::date;
    upper date := (lower + interval '1 month')::date;
    partition text := format('audit_event_%s', to_char(lower, 'YYYYMM'));
BEGIN
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    IF EXISTS (
        SELECT FROM audit_event_default
        WHERE at >= lower::timestamp AT TIME ZONE 'UTC' AND at < upper::timestamp AT TIME ZONE 'UTC'
    ) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE audit_event INCLUDING DEFAULTS)', partition);
    EXECUTE format(
        'CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()',
        partition
    );
    EXECUTE format(
        'ALTER TABLE audit_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition, lower || ' 00:00:00+00', upper || ' 00:00:00+00'
    );
    RETURN true;
END
""",
}

_SIGNATURES = {
    "audit_field": "(value text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE",
    # The path is pinned so that a temporary table cannot pose as audit_stream.
    "audit_event_chain": "() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp",
    "audit_stream_guard": "() RETURNS trigger LANGUAGE plpgsql",
    "audit_refuse": "() RETURNS trigger LANGUAGE plpgsql",
    "audit_event_month": "(day date) RETURNS boolean LANGUAGE plpgsql SET search_path = public, pg_temp",
}

# (table, trigger, when, per, function). Partitions inherit the row triggers; TRUNCATE triggers
# are per statement, so every partition carries its own.
TRIGGERS = [
    ("audit_event", "audit_chain", "BEFORE INSERT", "ROW", "audit_event_chain"),
    ("audit_event", "audit_no_change", "BEFORE DELETE OR UPDATE", "ROW", "audit_refuse"),
    ("audit_event", "audit_no_truncate", "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"),
    ("audit_event_default", "audit_no_truncate", "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"),
    ("audit_stream", "audit_guard", "BEFORE INSERT OR DELETE OR UPDATE", "ROW", "audit_stream_guard"),
    ("audit_stream", "audit_no_truncate", "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"),
    ("audit_checkpoint", "audit_no_change", "BEFORE DELETE OR UPDATE", "ROW", "audit_refuse"),
    ("audit_checkpoint", "audit_no_truncate", "BEFORE TRUNCATE", "STATEMENT", "audit_refuse"),
]

TABLES = """
CREATE SEQUENCE audit_event_id_seq;
CREATE TABLE audit_event (
    id bigint NOT NULL DEFAULT nextval('audit_event_id_seq'),
    stream varchar(80) NOT NULL,
    seq bigint NOT NULL,
    at timestamptz NOT NULL,
    action varchar(80) NOT NULL,
    actor_id bigint,
    actor_label varchar(80) NOT NULL DEFAULT '',
    office_id bigint,
    party_id bigint,
    channel varchar(12) NOT NULL DEFAULT '',
    target varchar(80) NOT NULL DEFAULT '',
    data jsonb NOT NULL DEFAULT '{}',
    alg varchar(10) NOT NULL,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (id, at),
    CONSTRAINT event_stream_seq UNIQUE (stream, seq, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE audit_event_id_seq OWNED BY audit_event.id;
CREATE INDEX audit_event_at ON audit_event USING brin (at);
CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;
"""

# Heads are updated for every event: room on the page keeps those updates off the index.
FILL = "ALTER TABLE audit_stream SET (fillfactor = 70);"

# From here on the task prepare_partitions keeps ahead.
FIRST_MONTHS = """
SELECT audit_event_month((date_trunc('month', now()) + n * interval '1 month')::date) FROM generate_series(0, 3) AS n;
"""


def install() -> str:
    """The SQL that creates every function and trigger."""
    functions = [
        f"CREATE FUNCTION {name}{_SIGNATURES[name]} AS $audit${body}$audit$;" for name, body in FUNCTION_BODIES.items()
    ]
    triggers = [
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {per} EXECUTE FUNCTION {function}();"
        for table, name, when, per, function in TRIGGERS
    ]
    # ALWAYS: a session that poses as a replica is chained and refused like any other.
    always = [
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};" for table, name, _, per, _ in TRIGGERS if per == "ROW"
    ]
    return "\n".join([*functions, *triggers, *always])


def remove() -> str:
    """The SQL that takes back what :func:`install` did; the triggers go with their functions."""
    return "\n".join(f"DROP FUNCTION {name} CASCADE;" for name in reversed(FUNCTION_BODIES))


def triggers_of(partitions: list[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """Every trigger that must be there, as PostgreSQL writes it: definition and firing mode (A always, O normally).

    Row triggers are inherited by each partition, and each has a TRUNCATE trigger of its own.
    """
    wanted = {}
    for table, name, when, per, function in TRIGGERS:
        for each in [table, *partitions] if table == "audit_event" else [table]:
            definition = f"CREATE TRIGGER {name} {when} ON public.{each} FOR EACH {per} EXECUTE FUNCTION {function}()"
            wanted[each, name] = (definition, "A" if per == "ROW" else "O")
    return wanted
