"""Processes of a former run that outlived it, after ``kill -9`` or a crash: found and ended.

Each process we start leads a session of its own. The record keeps the session's number and when
its leader started; the number is not given away while a member lives, so a match is surely ours.
"""

import os
import signal
import time
from pathlib import Path

from ops.processes import Service

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Record:
    """The sessions of this place, in a file that survives us."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def remember(self, service: Service) -> None:
        """Note a process just started."""
        started = _started(service.process.pid)
        with self.file.open("a", encoding="utf-8") as output:
            output.write(f"{_boot()} {service.process.pid} {started} {service.name}\n")

    def end_leftovers(self, *, grace: float = 10) -> list[str]:
        """End what still runs of former runs: politely, then not. Returns the names."""
        found = self._alive()
        for pids in found.values():
            _send(pids, signal.SIGTERM)
        give_up = time.monotonic() + grace
        while (still := self._alive()) and time.monotonic() < give_up:
            time.sleep(0.1)
        for pids in still.values():
            _send(pids, signal.SIGKILL)
        self.file.unlink(missing_ok=True)
        return sorted(found)

    def _alive(self) -> dict[str, list[int]]:
        if not self.file.exists():
            return {}
        sessions = _sessions()
        alive: dict[str, list[int]] = {}
        for line in self.file.read_text(encoding="utf-8").splitlines():
            boot, number, started, name = line.split(" ", 3)
            members = sessions.get(int(number), [])
            reused = int(number) in members and str(_started(int(number))) != started
            if boot == _boot() and members and not reused:
                alive[name] = members
        return alive


def _boot() -> str:
    return BOOT_ID.read_text().strip() if BOOT_ID.exists() else "-"


def _started(pid: int) -> int:
    """When a process started, in ticks since boot; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[19])


def _sessions() -> dict[int, list[int]]:
    """The living processes by session; those waiting only to be reaped do not count."""
    sessions: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _parent, _group, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if state != "Z":
            sessions.setdefault(int(session), []).append(int(entry.name))
    return sessions


def _send(pids: list[int], which: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, which)
        except ProcessLookupError:
            continue
