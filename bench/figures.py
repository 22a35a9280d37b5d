"""What a benchmark gives back: one row of the table and of results.json."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value, and what it should be when the design names an aim.

    An aim is a floor for what should be large (a rate, a ratio) and a ceiling for what should be
    small (seconds, bytes, queries): ``at_least`` or ``at_most``.
    """

    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def aim(self) -> str:
        """The aim in words, empty when there is none."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None without one."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return None if self.at_most is None else self.value <= self.at_most


def most_memory() -> float:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
