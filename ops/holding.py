"""One run at a time in a place: the lock file, and the number of the process that holds it."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class HeldError(RuntimeError):
    """Another run is alive here."""


@contextlib.contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold the place; the kernel lets go of it when we die, however that happens."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise HeldError(f"It runs here already (process {holder(lock)}); `make stop` ends it.") from taken
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def holder(lock: Path) -> int | None:
    """The process that holds the place, if any does."""
    if not lock.exists():
        return None
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(file.read() or 0) or None
        return None
