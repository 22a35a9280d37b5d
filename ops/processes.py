"""One child process of ours: its own session, a log file, a readiness check, an orderly end.

A child is asked by the kernel to end when its parent dies, whatever killed the parent.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops import accounts

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


class DidNotStartError(RuntimeError):
    """A process ended, or stayed silent, before it was ready."""


def end_with_parent(with_signal: int = signal.SIGTERM) -> None:
    """Ask the kernel to send this process a signal when its parent is gone."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(with_signal))


@dataclass(kw_only=True)
class Service:
    """A process that runs until it is told to stop."""

    name: str
    command: Sequence[str | Path]
    log: Path
    ready: Callable[[], bool]
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    account: int | None = None
    stop_signal: int = signal.SIGTERM
    patience: float = 60
    process: subprocess.Popen | None = field(default=None, init=False)
    _log_before: int = field(default=0, init=False)

    def start(self) -> None:
        """Start it and return at once; ``wait_ready`` tells when it serves."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._log_before = output.tell()
            self.process = subprocess.Popen(
                [str(part) for part in self.command],
                env=None if self.env is None else dict(self.env),
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **accounts.acting_as(self.account),
                preexec_fn=self._end_with_parent,  # noqa: PLW1509 - one system call, no Python lock taken
            )

    def _end_with_parent(self) -> None:
        end_with_parent(self.stop_signal)

    def wait_ready(self) -> None:
        """Wait until it serves; raises ``DidNotStartError`` with the end of its log."""
        give_up = time.monotonic() + self.patience
        while not self.ready():
            if not self.is_alive():
                raise DidNotStartError(f"{self.name} ended with status {self.process.returncode}.\n{self.last_words()}")
            if time.monotonic() > give_up:
                self.stop()
                raise DidNotStartError(f"{self.name} was not ready after {self.patience:g} s.\n{self.last_words()}")
            time.sleep(0.05)

    def has_said(self, words: str) -> bool:
        """Whether its log holds the words since it was started."""
        with self.log.open("rb") as log:
            log.seek(self._log_before)
            return words.encode() in log.read()

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, grace: float = 10) -> None:
        """Ask it to end; after the grace, end its whole process group."""
        if self.process is None:
            return
        if self.is_alive():
            self.process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        with contextlib.suppress(ProcessLookupError):  # also what a crashed parent left in its group
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, for the person who must mend it."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
