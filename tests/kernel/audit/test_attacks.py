"""Attacks by someone who owns the database: each is named by ``verify_audit`` and by the offline verifier."""

import base64
import json
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.kernel.audit import checkpoints, log
from apps.kernel.audit.models import Event
from apps.kernel.parties.actors import Actor

pytestmark = pytest.mark.django_db

UNSEAL = """
    ALTER TABLE audit_event DISABLE TRIGGER USER; ALTER TABLE audit_stream DISABLE TRIGGER USER;
    ALTER TABLE audit_checkpoint DISABLE TRIGGER USER;
"""
SEAL = """
    ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_chain;
    ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_no_change;
    ALTER TABLE audit_event ENABLE TRIGGER audit_no_truncate;
    ALTER TABLE audit_stream ENABLE ALWAYS TRIGGER audit_guard;
    ALTER TABLE audit_stream ENABLE TRIGGER audit_no_truncate;
    ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_no_change;
    ALTER TABLE audit_checkpoint ENABLE TRIGGER audit_no_truncate;
"""


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def as_owner(*statements: str) -> None:
    """What the database's owner can do: open the seal, change what they like, close it again."""
    sql(UNSEAL + ";".join(statements) + ";" + SEAL)


@pytest.fixture(autouse=True)
def _three_streams(evidence) -> None:
    """Two cases of five events and one of one, all noted by a checkpoint."""
    for number in range(1, 6):
        for stream in ("case/A", "case/B"):
            log.record(stream, f"step {number}", actor=Actor.system("clocks"), data={"number": number})
    log.record("case/C", "step 1", actor=Actor.system("clocks"))
    assert checkpoints.write() == 3


def verify(*options: str) -> dict[str, str]:
    """What the command prints, by stream; it must fail exactly when it names something."""
    out, error = StringIO(), ""
    try:
        call_command("verify_audit", *options, stdout=out, stderr=StringIO())
    except CommandError as raised:
        error = str(raised)
    lines = out.getvalue().splitlines()
    if not error:
        assert len(lines) == 1
        assert "nothing is broken" in lines[0]
        return {}
    found: dict[str, str] = {}
    for line in lines:
        where, what = line.split(": ", 1)
        assert where in error
        found[where] = "; ".join(filter(None, [found.get(where), what]))
    assert found
    return found


def verify_offline(directory, stream: str = "") -> dict[str, str]:
    """Export, then run the exported verifier in a process of its own without Django's settings."""
    call_command("export_audit", str(directory), stream=stream, stdout=StringIO())
    return run_verifier(directory)


def run_verifier(directory) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(directory / "verify.py"), str(directory)],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    assert done.stderr == ""
    lines = done.stdout.splitlines()[:-1]
    assert done.returncode == (1 if lines else 0)
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.django_db(transaction=True)
def test_untouched_evidence_verifies_here_and_offline(tmp_path):
    assert verify() == {}
    assert verify_offline(tmp_path / "export") == {}


@pytest.mark.parametrize(
    "change",
    [
        "id = id + 1000",
        "at = at + interval '1 microsecond'",
        "action = 'other'",
        "actor_id = 1",
        "actor_label = 'someone'",
        "office_id = 0",
        "party_id = 7",
        "channel = 'x'",
        "target = ' '",
        "data = '{\"number\": 3.0}'",
        "hash = sha256('x')",
    ],
)
def test_an_edit_of_any_column_is_named(change, tmp_path):
    as_owner(f"UPDATE audit_event SET {change} WHERE stream = 'case/A' AND seq = 3")
    found = verify()
    assert set(found) == {"case/A"}
    assert "event 3 was altered" in found["case/A"]
    assert set(verify_offline(tmp_path / "export")) == {"case/A"}


def test_an_edited_link_is_named():
    as_owner("UPDATE audit_event SET prev_hash = sha256('x') WHERE stream = 'case/A' AND seq = 3")
    assert verify() == {"case/A": "event 3 does not link to event 2"}


def test_an_unknown_algorithm_is_named():
    as_owner("UPDATE audit_event SET alg = 'md5' WHERE stream = 'case/A' AND seq = 2")
    assert verify() == {"case/A": "event 2: unknown algorithm 'md5'"}


def test_a_deleted_event_is_named(tmp_path):
    as_owner("DELETE FROM audit_event WHERE stream = 'case/B' AND seq = 2")
    assert verify() == {"case/B": "event 2 is missing"}
    assert verify_offline(tmp_path / "export") == {"case/B": "event 2 is missing"}


def test_a_cut_tail_is_named_by_its_head():
    as_owner("DELETE FROM audit_event WHERE stream = 'case/B' AND seq > 3")
    assert "the tail is cut: events end at 3, the head says 5" in verify()["case/B"]


def test_a_cut_tail_with_its_head_set_back_is_named_by_the_checkpoint(tmp_path):
    as_owner(
        "DELETE FROM audit_event WHERE stream = 'case/B' AND seq > 3",
        "UPDATE audit_stream SET seq = 3, prev = e.prev_hash, head = e.hash FROM audit_event e"
        " WHERE name = 'case/B' AND e.stream = name AND e.seq = 3",
    )
    assert verify() == {"case/B": "event 5, seen by a signed checkpoint, is gone"}
    assert verify_offline(tmp_path / "export") == {"case/B": "event 5, seen by a signed checkpoint, is gone"}


def test_a_stream_deleted_with_its_head_is_named_by_the_checkpoint(tmp_path):
    as_owner("DELETE FROM audit_event WHERE stream = 'case/C'", "DELETE FROM audit_stream WHERE name = 'case/C'")
    assert set(verify()) == {"case/C"}
    assert set(verify_offline(tmp_path / "export")) == {"case/C"}


def test_a_stream_emptied_but_for_its_head_is_named():
    as_owner("DELETE FROM audit_event WHERE stream = 'case/C'")
    assert verify()["case/C"].startswith("all 1 events are gone")


def rewrite(stream: str, last: int = 5) -> None:
    """Replace a stream by another that is sound in itself, made with the database's own trigger."""
    as_owner(f"DELETE FROM audit_event WHERE stream = '{stream}'", f"DELETE FROM audit_stream WHERE name = '{stream}'")
    for number in range(1, last + 1):
        log.record(stream, f"forged {number}", actor=Actor.system("clocks"))


def test_a_chain_rewritten_as_a_whole_is_named_by_the_checkpoint(tmp_path):
    rewrite("case/A")
    assert "the stream was rewritten" in verify()["case/A"]
    assert "the stream was rewritten" in verify_offline(tmp_path / "export")["case/A"]


def test_a_rewrite_is_still_named_after_a_later_checkpoint_signed_it():
    rewrite("case/A", last=7)
    checkpoints.write()
    assert set(verify()) == {"case/A"}


def test_reordered_events_are_named():
    as_owner("UPDATE audit_event SET seq = 5 - seq WHERE stream = 'case/A' AND seq IN (2, 3)")
    assert set(verify()) == {"case/A"}


def test_an_event_moved_to_another_stream_breaks_both():
    as_owner("UPDATE audit_event SET stream = 'case/C', seq = 2 WHERE stream = 'case/A' AND seq = 5")
    assert {"case/A", "case/C"} <= set(verify())


def test_an_event_slipped_in_under_another_month_is_named():
    as_owner(
        "INSERT INTO audit_event SELECT id + 9999, stream, seq, at - interval '2 months', 'forged', actor_id,"
        " actor_label, office_id, party_id, channel, target, data, alg, prev_hash, hash"
        " FROM audit_event WHERE stream = 'case/A' AND seq = 2"
    )
    assert set(verify()) == {"case/A"}


def test_triggers_left_disabled_are_named():
    sql("ALTER TABLE audit_event DISABLE TRIGGER audit_chain")
    assert verify()["trigger audit_chain on audit_event"] == "is disabled"


def test_a_trigger_disabled_on_one_partition_is_named():
    sql("ALTER TABLE audit_event_default DISABLE TRIGGER audit_no_change")
    assert verify() == {"trigger audit_no_change on audit_event_default": "is disabled"}


def test_a_trigger_dropped_and_another_slipped_in_are_named():
    sql("DROP TRIGGER audit_no_truncate ON audit_stream")
    sql("CREATE TRIGGER zz BEFORE INSERT ON audit_event_default FOR EACH ROW EXECUTE FUNCTION audit_refuse()")
    assert verify() == {
        "trigger audit_no_truncate on audit_stream": "is missing",
        "trigger zz on audit_event_default": "does not belong there",
    }


def test_an_altered_function_and_an_overload_that_shadows_one_are_named():
    sql("ALTER FUNCTION audit_refuse() RENAME TO kept")
    sql("CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    sql("CREATE FUNCTION audit_field(varchar) RETURNS bytea LANGUAGE sql AS 'SELECT ''''::bytea'")
    found = verify()
    assert found["function audit_refuse"] == "was altered"
    assert found["function audit_field"] == "was altered"


def test_a_missing_checkpoint_file_is_named_whether_it_is_the_last_or_not(evidence):
    log.record("case/A", "later", actor=Actor.system("clocks"))
    checkpoints.write()
    (evidence / "checkpoint-000000002.jsonl").rename(evidence / "kept")
    assert verify() == {"checkpoint-000000002.jsonl": "is missing"}
    (evidence / "kept").rename(evidence / "checkpoint-000000002.jsonl")
    (evidence / "checkpoint-000000001.jsonl").unlink()
    assert verify()["checkpoint-000000001.jsonl"] == "is missing"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('"case/C", 1', '"case/D", 1', "has leaves that do not give its signed root"),
        ('"leaves": 3', '"leaves": 2', "has a wrong signature"),
        ('{"sequence": 1', '["sequence": 1', "is malformed"),
    ],
)
def test_an_altered_checkpoint_is_named(evidence, old, new, what):
    path = evidence / "checkpoint-000000001.jsonl"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert verify()[path.name].startswith(what)


def test_a_checkpoint_forged_with_another_key_is_named(settings, evidence):
    real = settings.AUDIT_SIGNING_KEY
    path = evidence / "checkpoint-000000001.jsonl"
    path.unlink()
    settings.AUDIT_SIGNING_KEY = base64.b64encode(b"x" * 32).decode()
    as_owner("DELETE FROM audit_checkpoint")
    sql("UPDATE audit_stream SET pending = true")
    checkpoints.write()
    settings.AUDIT_SIGNING_KEY = real
    assert verify() == {path.name: "is signed with a key that is not trusted"}


def test_checkpoints_of_a_former_key_count_as_long_as_it_is_trusted(settings, evidence):
    former = json.loads((evidence / "checkpoint-000000001.jsonl").read_text().splitlines()[0])["key"]
    settings.AUDIT_SIGNING_KEY = base64.b64encode(b"n" * 32).decode()
    assert set(verify()) == {"checkpoint-000000001.jsonl"}
    settings.AUDIT_TRUSTED_KEYS = [former]
    assert verify() == {}


def test_one_stream_or_a_period_can_be_checked_alone(tmp_path):
    as_owner("UPDATE audit_event SET action = 'other' WHERE stream = 'case/A' AND seq = 3")
    assert verify("--stream=case/B") == {}
    assert set(verify("--stream=case/A")) == {"case/A"}
    assert set(verify("--since=2020-01-01")) == {"case/A"}
    assert verify("--since=2999-01-01T00:00+08:00") == {}
    with pytest.raises(CommandError, match="expected a date or a moment"):
        call_command("verify_audit", "--since=yesterday")
    assert verify_offline(tmp_path / "B", stream="case/B") == {}
    assert set(verify_offline(tmp_path / "A", stream="case/A")) == {"case/A"}


def test_an_edited_export_is_named_by_the_verifier_it_carries(tmp_path):
    verify_offline(tmp_path / "export")
    events = tmp_path / "export" / "events.jsonl"
    events.write_text(events.read_text().replace("step 4", "step 9", 1))
    assert run_verifier(tmp_path / "export")["case/A"] == "event 4 was altered"


def test_an_export_never_mixes_with_an_older_one(tmp_path):
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_audit", str(tmp_path))


def test_evidence_of_the_whole_test_is_in_partitions_of_its_own():
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM audit_event")
        tables = {row[0] for row in cursor.fetchall()}
    assert len(tables) == 1
    assert tables != {"audit_event_default"}
    assert Event.objects.count() == 11
