"""Waiting for what another process does, never for ever."""

import time
from collections.abc import Callable


def eventually(true: Callable[[], bool], seconds: float = 180) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "never happened"
        time.sleep(0.05)
