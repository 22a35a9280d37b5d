"""The runner: free ports, secrets made once, one run at a time, no process left behind."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from ops import environment, ports
from ops.demo import one_time_code
from ops.holding import HeldError, held, holder
from ops.leftovers import Record
from ops.processes import DidNotStartError, Service
from ops.supervisor import Supervisor

HTTP_SERVER = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1"]


@pytest.fixture
def record(tmp_path) -> Record:
    return Record(tmp_path / "processes")


def web_server(tmp_path, port: int, **kwargs) -> Service:
    return Service(
        name="web",
        command=[*HTTP_SERVER, port],
        log=tmp_path / "web.log",
        cwd=tmp_path,
        ready=lambda: ports.answers(port),
        **kwargs,
    )


def wait_until(is_true, *, seconds: float = 5) -> bool:
    give_up = time.monotonic() + seconds
    while not is_true() and time.monotonic() < give_up:
        time.sleep(0.02)
    return is_true()


# --- ports -----------------------------------------------------------------------------------------


def test_a_port_in_use_is_seen_as_taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert ports.is_taken(port)
        assert ports.answers(port)
    assert not ports.answers(port)


# --- secrets ---------------------------------------------------------------------------------------


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    file = tmp_path / "state" / "env"
    first = environment.keep_secrets(file)
    environment.write(file, {**first, "PUBLIC_URL": "http://127.0.0.1:8000", "STATE_DIR": "/tmp/税 费"})
    assert environment.keep_secrets(file) == first
    assert environment.read(file)["STATE_DIR"] == "/tmp/税 费"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(first["SECRET_KEY"]) >= 50


def test_two_places_share_no_secret(tmp_path):
    here, there = environment.keep_secrets(tmp_path / "here"), environment.keep_secrets(tmp_path / "there")
    assert not set(here.values()) & set(there.values())


@pytest.mark.parametrize("at", [59, 1_111_111_109, 20_000_000_000])
def test_the_one_time_code_is_what_the_portal_expects(at):
    assert one_time_code(at) == format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", at // 30))


# --- one run at a time -----------------------------------------------------------------------------


def test_a_second_run_in_the_same_place_is_refused(tmp_path):
    lock = tmp_path / "lock"
    with held(lock):
        assert holder(lock) == os.getpid()
        with pytest.raises(HeldError, match=str(os.getpid())), held(lock):
            pass
    assert holder(lock) is None
    with held(lock):
        pass


# --- processes -------------------------------------------------------------------------------------


def test_a_process_that_ends_at_once_is_reported_with_its_last_words(tmp_path):
    service = Service(
        name="broken",
        command=[sys.executable, "-c", "raise SystemExit('no such database')"],
        log=tmp_path / "broken.log",
        ready=lambda: False,
    )
    service.start()
    with pytest.raises(DidNotStartError, match="no such database"):
        service.wait_ready()


def test_a_dead_process_is_started_again_and_all_end_with_the_supervisor(tmp_path, record):
    port = ports.free()
    service = web_server(tmp_path, port)
    supervisor = Supervisor(record)
    supervisor.start(service)
    os.kill(service.process.pid, signal.SIGKILL)
    service.process.wait()
    supervisor.revive_dead()
    assert ports.answers(port)
    supervisor.stop()
    assert not ports.answers(port)


def test_a_process_that_keeps_dying_is_given_up(tmp_path, record):
    service = web_server(tmp_path, ports.free())
    supervisor = Supervisor(record, revivals=1)
    supervisor.start(service)
    service.stop()
    supervisor.revive_dead()
    service.stop()
    with pytest.raises(DidNotStartError, match="giving up"):
        supervisor.revive_dead()
    supervisor.stop()


def test_what_a_killed_run_left_behind_is_found_and_ended(tmp_path, record):
    """A leader is killed; a child of its session lives on and holds the port."""
    port = ports.free()
    script = f"import subprocess; subprocess.run({[*HTTP_SERVER, str(port)]!r})"
    parent = Service(
        name="web",
        command=[sys.executable, "-c", script],
        log=tmp_path / "log",
        ready=lambda: ports.answers(port),
    )
    parent.start()
    parent.wait_ready()
    record.remember(parent)
    os.kill(parent.process.pid, signal.SIGKILL)
    parent.process.wait()
    assert ports.answers(port), "the orphan should still listen"
    assert Record(record.file).end_leftovers() == ["web"]
    assert wait_until(lambda: not ports.answers(port))


def test_a_number_given_to_somebody_else_is_left_alone(tmp_path, record):
    port = ports.free()
    stranger = web_server(tmp_path, port)
    stranger.start()
    stranger.wait_ready()
    record.remember(stranger)
    started = record.file.read_text().split(" ")
    record.file.write_text(" ".join([*started[:2], "1", *started[3:]]))
    assert record.end_leftovers() == []
    assert ports.answers(port)
    stranger.stop()


def test_children_end_when_their_supervisor_is_killed(tmp_path):
    port = ports.free()
    program = textwrap.dedent(
        f"""
        import time
        from pathlib import Path
        from ops import ports
        from ops.processes import Service
        Service(name="web", command={[*HTTP_SERVER, str(port)]!r}, log=Path({str(tmp_path / "log")!r}),
                ready=lambda: True).start()
        time.sleep(60)
        """
    )
    supervisor = subprocess.Popen([sys.executable, "-c", program], cwd=environment.HOME)
    assert wait_until(lambda: ports.answers(port))
    supervisor.kill()
    supervisor.wait()
    assert wait_until(lambda: not ports.answers(port))
