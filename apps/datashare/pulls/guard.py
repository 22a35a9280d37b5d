"""What stops a run before it changes anything: an empty or shrunken source, totals that do not agree (Art 16).

A department's broken export must not wipe what the city holds. A person looks, and releases or discards.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.datashare.pulls.models import Block, Pull, RunCount

RETYPED_FROM = 20  # values of a field from which a share of failures says anything
RETYPED_PERCENT = 50


@dataclass(frozen=True)
class Found:
    """Why a run is blocked, with the figures."""

    reason: Block
    message: str


def find(run: Pull, held: int) -> Found | None:
    """The first reason to stop a run whose pages have all landed; None when all is well.

    ``held`` is how many rows there are, where the run brings a snapshot.
    """
    return retyped(run) or _control(run) or _volume(run, held)


def retyped(run: Pull) -> Found | None:
    """Fields most of whose values are no longer of their type: the source has changed, not its rows."""
    fields = [
        count.field
        for count in RunCount.objects.filter(run=run, type_checked__gte=RETYPED_FROM)
        if count.type_failed * 100 > count.type_checked * RETYPED_PERCENT
    ]
    if not fields:
        return None
    return Found(Block.RETYPED, _("这些数据项的类型与目录不符：%(fields)s。") % {"fields": "、".join(fields)})


def _control(run: Pull) -> Found | None:
    if run.control_rows is not None and run.control_rows != run.received:
        return Found(
            Block.CONTROL,
            _("来源应有 %(expected)d 行，收到 %(received)d 行。")
            % {"expected": run.control_rows, "received": run.received},
        )
    if run.control_sum is not None and run.control_sum != (run.received_sum or 0):
        return Found(
            Block.CONTROL,
            _("来源控制金额 %(expected)s，收到 %(received)s。")
            % {"expected": f"{run.control_sum:f}", "received": f"{run.received_sum or 0:f}"},
        )
    return None


def _volume(run: Pull, held: int) -> Found | None:
    if not run.is_snapshot:
        return None  # a change feed may well be quiet
    if run.received == 0:
        return Found(Block.EMPTY, _("来源没有给出任何数据，现有数据保持不变。"))
    least = held * (100 - run.source.shrink_percent)
    if run.received * 100 >= least:
        return None
    return Found(
        Block.SHRUNKEN,
        _("现有 %(held)d 行，这次只收到 %(received)d 行，超过允许减少的 %(percent)d%%。")
        % {"held": held, "received": run.received, "percent": run.source.shrink_percent},
    )
