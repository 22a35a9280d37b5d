"""How far long work is, for the eye: share, speed, and the time it took and still needs (Art 6)."""

import datetime as dt
from dataclasses import dataclass

from apps.kernel.workcalendar import clock

QUIET = dt.timedelta(minutes=2)


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` rows of a run that began, last moved and perhaps ended at these moments."""

    done: int
    total: int
    began: dt.datetime
    moved: dt.datetime
    ended: dt.datetime | None

    @property
    def share(self) -> int:
        """How much is done, in percent; nothing to do is all done."""
        return min(100, 100 * self.done // self.total) if self.total else 100

    @property
    def rate(self) -> int:
        """Rows a second, up to the last movement."""
        return round(self.done / max(self._lasted.total_seconds(), 0.001))

    @property
    def took(self) -> dt.timedelta:
        """How long it has worked, in whole seconds."""
        return dt.timedelta(seconds=round(self._lasted.total_seconds()))

    @property
    def left(self) -> dt.timedelta | None:
        """How long still at this speed; None when it has ended, or nothing is known yet."""
        if self.ended is not None or not self.rate:
            return None
        return dt.timedelta(seconds=round(max(0, self.total - self.done) / self.rate))

    @property
    def quiet(self) -> bool:
        """Whether it has not moved for a while."""
        return self.ended is None and clock.now() - self.moved > QUIET

    @property
    def _lasted(self) -> dt.timedelta:
        return (self.ended or max(self.moved, self.began)) - self.began
