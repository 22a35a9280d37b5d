"""A collector delivers what it collected: all of a batch is taken or nothing, and what is refused is kept (Art 23).

What was taken lands on the payers' accounts at once, with a receipt each; a payer nobody knows waits for a clerk.
A long batch is kept and taken in by a worker, while its page shows that it waits.
A refused batch can be tried again as it came, once the agreement was renewed or the collector named.
"""

import json
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.coded import Refusal
from apps.collaboration.delegated import access, booking, remitting, rows, settling
from apps.collaboration.delegated.models import CollectedItem, CollectionBatch, DelegatedAgreement
from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.ledger.models import ZERO
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership

AT_ONCE = 200  # rows a request takes in by itself; more go to a worker
MOST_ROWS = 20_000
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
            DelegatedAgreement.objects.select_for_update(no_key=True, of=("self",))
            .select_related("case__applicant", "case__office")
            .get(pk=agreement.pk)
        )
        first = CollectionBatch.objects.filter(agreement=agreement, idempotency_key=idempotency_key).first()
        if first is not None:
            if (first.rows, first.control_count, first.control_total) != (raw, control_count, control_total):
                raise Refusal({"Idempotency-Key": _("这个幂等键已用于另一批，请换一个。")}, code="doubled_key")
            return first
        batch = CollectionBatch.objects.create(
            agreement=agreement,
            user=actor.user,
            channel=actor.channel,
            control_count=control_count,
            control_total=control_total,
            rows=raw,
            replays=replays,
            idempotency_key=idempotency_key,
        )
        if len(raw) <= AT_ONCE:
            _take_in(batch, actor)
        else:
            workers.hand_over("delegated.take_in_batch", batch.pk)
    return batch


@transaction.atomic
def take_in(batch_id: int) -> CollectionBatch:
    """Take in a batch that waits; one already dealt with stays as it is."""
    agreement_id = CollectionBatch.objects.values_list("agreement", flat=True).get(pk=batch_id)
    DelegatedAgreement.objects.select_for_update(no_key=True, of=("self",)).get(pk=agreement_id)
    batch = CollectionBatch.objects.select_related("agreement__case__applicant", "agreement__case__office", "user").get(
        pk=batch_id
    )
    if batch.state == State.RECEIVED:
        _take_in(batch, _sender(batch))
    return batch


def _sender(batch: CollectionBatch) -> Actor:
    """Who delivered it: somebody of the collector, or a grid worker of the office that works for it."""
    works_as = batch.agreement.works_as
    held = Membership.objects.in_force().filter(user=batch.user, office=works_as)
    roles = frozenset(held.values_list("role", flat=True))
    if roles:
        return Actor(user=batch.user, office=works_as, roles=roles, channel=batch.channel)
    return Actor(user=batch.user, party=batch.agreement.case.applicant, channel=batch.channel)


def _take_in(batch: CollectionBatch, actor: Actor) -> None:
    checked = rows.check(batch.rows, batch.agreement)
    if why := settling.barred(batch.agreement):
        checked.problem(0, "agreement", rows.Refusal.NOT_IN_FORCE, why)
    _check_totals(checked, len(batch.rows), batch.control_count, batch.control_total)
    batch.problems = sorted(checked.problems, key=lambda each: each["row"])
    batch.state = State.REFUSED if batch.problems else State.TAKEN
    batch.save(update_fields=["state", "problems"])
    if batch.state == State.TAKEN:
        _take(batch, checked.rows, actor)
    log.record(
        batch.agreement.about,
        f"batch-{batch.state}",
        actor=actor,
        target=batch.about,
        data={"count": batch.control_count, "total": str(batch.control_total), "problems": len(batch.problems)},
    )


def replay(batch: CollectionBatch, actor: Actor) -> CollectionBatch:
    """Try a refused batch again, exactly as it came; what is refused again is kept again.

    :raises ValidationError: when it was taken, or an earlier try was.
    """
    if batch.state != State.REFUSED or batch.replayed.exclude(state=State.REFUSED).exists():
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
    CollectedItem.objects.bulk_create(items, batch_size=2_000)
    owners = booking.find(items)
    known = [item for item in items if item.pk in owners]
    booking.book(known, owners, by=batch.about, actor=actor)
    remitting.expect(batch.agreement, items, actor=actor)
