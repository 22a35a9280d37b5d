"""The tables of pulls: sources and their leases, runs with their counts, quarantined rows."""

from apps.datashare.pulls.models.quarantine import QuarantinedRow
from apps.datashare.pulls.models.runs import Block, Pull, PulledPage, RunCount
from apps.datashare.pulls.models.sources import AllowedHost, FactMapping, Lease, PullSource

__all__ = [
    "AllowedHost",
    "Block",
    "FactMapping",
    "Lease",
    "Pull",
    "PullSource",
    "PulledPage",
    "QuarantinedRow",
    "RunCount",
]
