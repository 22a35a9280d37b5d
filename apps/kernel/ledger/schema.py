"""The triggers that hold the books together, whatever writes to them (raw SQL and bulk updates too)."""

BALANCE = """
CREATE FUNCTION ledger_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    total numeric;
    lines integer;
BEGIN
    SELECT coalesce(sum(amount), 0), count(*) INTO total, lines FROM ledger_posting WHERE entry_id = entry;
    IF total <> 0 OR lines < 2 THEN
        RAISE EXCEPTION 'entry % does not balance: % over % postings', entry, total, lines
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances('entry_id');
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON ledger_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances('id');
"""

# A charge's figures are the sums of its allocations.
CHARGE_SUMS = """
CREATE FUNCTION ledger_charge_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    PERFORM 1 FROM ledger_charge c
    WHERE c.id = which AND (c.paid, c.late_fee_paid) <> (
        SELECT coalesce(sum(amount) FILTER (WHERE component = 'principal'), 0),
               coalesce(sum(amount) FILTER (WHERE component = 'late_fee'), 0)
        FROM ledger_allocation WHERE charge_id = which);
    IF FOUND THEN
        RAISE EXCEPTION 'charge % does not match its allocations', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'charge_sums';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER charge_sums AFTER INSERT ON ledger_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_charge_sums('charge_id');
CREATE CONSTRAINT TRIGGER charge_sums AFTER INSERT OR UPDATE OF paid, late_fee_paid ON ledger_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_charge_sums('id');
"""

# Every fen received is on a charge or is the payer's overpayment: none lost, none used twice.
PAYMENT_SUMS = """
CREATE FUNCTION ledger_payment_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
BEGIN
    PERFORM 1 FROM ledger_payment p
    WHERE p.id = which AND p.received <>
        (SELECT coalesce(sum(amount), 0) FROM ledger_allocation WHERE payment_id = which)
      + (SELECT coalesce(sum(amount), 0) FROM ledger_overpayment WHERE payment_id = which);
    IF FOUND THEN
        RAISE EXCEPTION 'payment % is not fully accounted for', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_sums';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER payment_sums AFTER INSERT ON ledger_allocation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_payment_sums('payment_id');
CREATE CONSTRAINT TRIGGER payment_sums AFTER INSERT ON ledger_overpayment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_payment_sums('payment_id');
CREATE CONSTRAINT TRIGGER payment_sums AFTER INSERT OR UPDATE OF received ON ledger_payment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_payment_sums('id');
"""

APPEND_ONLY_TABLES = ("ledger_journalentry", "ledger_posting", "ledger_allocation", "ledger_overpayment")

APPEND_ONLY = """
CREATE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', CONSTRAINT = 'append_only';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_append_only();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only();
"""
    for table in APPEND_ONLY_TABLES
)

CREATE = BALANCE + CHARGE_SUMS + PAYMENT_SUMS + APPEND_ONLY

# One entry may have ten thousand postings, so a statement is judged once and not a posting at a time: the postings of
# an entry come in one statement. That an entry has any is still asked of each entry at the end of its transaction.
POSTED_TOGETHER = """
DROP TRIGGER entry_balances ON ledger_posting;
CREATE FUNCTION ledger_postings_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    odd record;
BEGIN
    SELECT entry_id, sum(amount) AS total, count(*) AS lines INTO odd FROM ledger_posting
    WHERE entry_id IN (SELECT entry_id FROM posted) GROUP BY entry_id HAVING sum(amount) <> 0 OR count(*) < 2 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance: % over % postings', odd.entry_id, odd.total, odd.lines
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entry_balances AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS posted
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_postings_balance();
"""
POSTED_ONE_BY_ONE = """
DROP FUNCTION ledger_postings_balance CASCADE;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON ledger_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_balances('entry_id');
"""

# A new charge on which nothing was paid agrees with having no allocations: there is nothing to ask of it.
ONLY_PAID_CHARGES = """
DROP TRIGGER charge_sums ON ledger_charge;
CREATE CONSTRAINT TRIGGER charge_sums AFTER UPDATE OF paid, late_fee_paid ON ledger_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_charge_sums('id');
CREATE CONSTRAINT TRIGGER charge_begins_with_its_sums AFTER INSERT ON ledger_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((NEW.paid, NEW.late_fee_paid) <> (0, 0))
    EXECUTE FUNCTION ledger_charge_sums('id');
"""
EVERY_CHARGE = """
DROP TRIGGER charge_begins_with_its_sums ON ledger_charge;
DROP TRIGGER charge_sums ON ledger_charge;
CREATE CONSTRAINT TRIGGER charge_sums AFTER INSERT OR UPDATE OF paid, late_fee_paid ON ledger_charge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_charge_sums('id');
"""

DROP = """
DROP FUNCTION ledger_entry_balances, ledger_charge_sums, ledger_payment_sums, ledger_append_only CASCADE;
"""

# What refers to a levy is asked a statement at a time, which a key of the database cannot be. It holds as a key would,
# because a levy stays: nothing takes one off the register or gives it another code, and no row changes to another levy.
LEVIES_STAY = """
CREATE FUNCTION ledger_levy_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the levy of % stays as it is', TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'levy_stays';
END $$;
CREATE FUNCTION ledger_levies_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM written WHERE levy_id NOT IN (SELECT code FROM ledger_levy);
    IF FOUND THEN
        RAISE EXCEPTION '% names a levy that is not on the register', TG_TABLE_NAME
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'levies_known';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER levy_stays BEFORE DELETE ON ledger_levy FOR EACH ROW EXECUTE FUNCTION ledger_levy_stays();
CREATE TRIGGER levy_keeps_its_code BEFORE UPDATE OF code ON ledger_levy
    FOR EACH ROW WHEN (NEW.code <> OLD.code) EXECUTE FUNCTION ledger_levy_stays();
"""
LEVIES_GO = "DROP FUNCTION ledger_levy_stays, ledger_levies_known CASCADE;"


def levies_known(table: str) -> str:
    """The triggers of a table whose ``levy_id`` names a levy, in place of a foreign key."""
    return f"""
CREATE TRIGGER levies_known AFTER INSERT ON {table} REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_levies_known();
CREATE TRIGGER levy_stays BEFORE UPDATE OF levy_id ON {table}
    FOR EACH ROW WHEN (NEW.levy_id <> OLD.levy_id) EXECUTE FUNCTION ledger_levy_stays();
"""
