"""A collector delivers what it collected: all of a batch is taken or nothing, and what is refused is kept (Art 23).

What was taken lands on the payers' accounts at once, with a receipt each; a payer nobody knows waits for a clerk.
A refused batch can be tried again as it came, once the agreement was renewed or the collector named.
"""

import json
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.delegated import access, booking, remitting, rows
from apps.collaboration.delegated.models import CollectedItem, CollectionBatch, DelegatedAgreement
from apps.kernel.audit import log
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor

MOST_ROWS = 500
State = CollectionBatch.State


def deliver(
    agreement: DelegatedAgreement,
    raw: list[Any],
    *,
    control_count: int,
    control_total: Decimal,
    actor: Actor,
    idempotency_key: str,
    replays: CollectionBatch | None = None,
) -> CollectionBatch:
    """Take a batch in, or keep it as refused with a coded reason a row. The same key gives the first answer again.

    :raises PermissionDenied: unless the actor collects under the agreement (or, for a replay, looks after it).
    :raises ValidationError: when the key stands for another batch, or nothing was delivered.
    """
    allowed = access.collects(actor, agreement) or (replays is not None and access.looks_after(actor, agreement))
    access.require("deliver", actor, agreement.about, allowed=allowed)
    if not raw or len(raw) > MOST_ROWS:
        raise ValidationError({"rows": _("一批 1 至 %d 笔。") % MOST_ROWS})
    if r"\u0000" in json.dumps(raw):
        raise ValidationError({"rows": _("内容里有不可见的控制字符，请去掉后重新上传。")})  # no table keeps it
    with transaction.atomic():
        # One batch of an agreement at a time: the same key, or the same receipt, never races itself.
        agreement = (
            DelegatedAgreement.objects.select_for_update(of=("self",))
            .select_related("case__applicant", "case__office")
            .get(pk=agreement.pk)
        )
        first = CollectionBatch.objects.filter(agreement=agreement, idempotency_key=idempotency_key).first()
        if first is not None:
            if (first.rows, first.control_count, first.control_total) != (raw, control_count, control_total):
                raise ValidationError({"Idempotency-Key": _("这个幂等键已用于另一批，请换一个。")})
            return first
        checked = rows.check(raw, agreement)
        _check_totals(checked, len(raw), control_count, control_total)
        batch = CollectionBatch.objects.create(
            agreement=agreement,
            user=actor.user,
            channel=actor.channel,
            state=State.REFUSED if checked.problems else State.TAKEN,
            control_count=control_count,
            control_total=control_total,
            rows=raw,
            problems=sorted(checked.problems, key=lambda each: each["row"]),
            replays=replays,
            idempotency_key=idempotency_key,
        )
        if batch.state == State.TAKEN:
            _take(batch, checked.rows, actor)
        log.record(
            agreement.about,
            f"batch-{batch.state}",
            actor=actor,
            target=batch.about,
            data={"count": control_count, "total": str(control_total), "problems": len(batch.problems)},
        )
    return batch


def replay(batch: CollectionBatch, actor: Actor) -> CollectionBatch:
    """Try a refused batch again, exactly as it came; what is refused again is kept again.

    :raises ValidationError: when it was taken, or an earlier try was.
    """
    if batch.state != State.REFUSED or batch.replayed.filter(state=State.TAKEN).exists():
        raise ValidationError(_("这一批已经入账，不需要重新处理。"))
    return deliver(
        batch.agreement,
        batch.rows,
        control_count=batch.control_count,
        control_total=batch.control_total,
        actor=actor,
        idempotency_key=f"replay-{batch.ref}-{batch.replayed.count() + 1}",
        replays=batch,
    )


def _check_totals(checked: rows.Checked, count: int, control_count: int, control_total: Decimal) -> None:
    """Count and sum as the collector states them; a sum is only judged when every row could be read."""
    if control_count != count:
        message = _("控制笔数是 %(said)d，实际 %(found)d 笔。") % {"said": control_count, "found": count}
        checked.problem(0, "control_count", rows.Refusal.TOTALS, message)
    total = sum((row["amount"] for row in checked.rows), ZERO)
    if len(checked.rows) == count and control_total != total:
        message = _("控制金额是 %(said)s 元，实际合计 %(found)s 元。请核对漏行、重复和单位。")
        said, found = f"{control_total:,.2f}", f"{total:,.2f}"
        checked.problem(0, "control_total", rows.Refusal.TOTALS, message % {"said": said, "found": found})


def _take(batch: CollectionBatch, found: list[dict[str, Any]], actor: Actor) -> None:
    items = [
        CollectedItem(
            agreement=batch.agreement,
            batch=batch,
            levy_id=row["levy"],
            state=CollectedItem.State.UNMATCHED,
            **{
                name: row[name]
                for name in (
                    "receipt_number",
                    "payer_name",
                    "payer_code",
                    "period",
                    "amount",
                    "collected_on",
                    "place",
                    "collector",
                )
            },
        )
        for row in found
    ]
    CollectedItem.objects.bulk_create(items)
    owners = booking.find(items)
    known = [item for item in items if item.pk in owners]
    booking.book(known, owners, by=batch.about, actor=actor)
    remitting.expect(batch.agreement, items, actor=actor)
