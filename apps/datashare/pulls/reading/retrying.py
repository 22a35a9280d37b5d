"""A call of a source tried again: full jitter between tries, and as long a wait as the source asks for."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from apps.datashare.pulls.reading.base import SourceBusy, SourceFailed, Tally

T = TypeVar("T")
TRIES = 4
BASE_SECONDS, CAP_SECONDS = 0.5, 8.0
INLINE_SECONDS = 10.0  # a longer wait gives the worker back


class TryAgain(Exception):
    """A call failed in a way that another may mend; ``after`` is what the source asked for, in seconds."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


def call(work: Callable[[], T], tally: Tally) -> T:
    """The result of ``work``, tried up to four times.

    :raises SourceBusy: the source asks for a longer wait than a worker should sit out.
    :raises SourceFailed: every try failed.
    """
    for number in range(TRIES):
        tally.tried += 1
        try:
            result = work()
        except TryAgain as failure:
            if failure.after is not None and failure.after > INLINE_SECONDS:
                raise SourceBusy(str(failure), failure.after) from failure
            if number == TRIES - 1:
                raise SourceFailed(str(failure)) from failure
            time.sleep(failure.after if failure.after is not None else _jittered(number))
        else:
            tally.succeeded += 1
            return result
    raise AssertionError


def _jittered(number: int) -> float:
    return random.uniform(0, min(CAP_SECONDS, BASE_SECONDS * 2**number))  # noqa: S311 - spreads load, guards nothing
