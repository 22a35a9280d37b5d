"""A delivery comes in: checked as a whole, matched and billed as a set, or refused row by row (Art 25).

All of a delivery is taken or nothing of it, so its control totals mean something. A row that came before
with the same content is passed over, so a day's file can be sent again without doubling; a row that came
before with another content is refused, because changes have a door of their own.
"""

from decimal import Decimal
from typing import Any

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.coded import Refusal
from apps.collaboration.fees import access, packing, rows, staging
from apps.collaboration.fees.models import FeeDelivery, FeeSource
from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office
from apps.kernel.workcalendar import clock

AT_ONCE = 500  # rows a request takes in by itself; more go to a worker
MOST_ROWS = 50_000
OUTCOME = ("state", "problems", "repeated_count", "repeated_total", "finished_at")


def deliver(
    raw: list[Any], *, control_count: int, control_total: Decimal, actor: Actor, idempotency_key: str | None = None
) -> FeeDelivery:
    """Take a delivery in, at once or by a worker when it is long. The same key gives the first answer again.

    :raises PermissionDenied: unless the department delivers sources.
    :raises ValidationError: when the key was used for another delivery, or nothing was delivered.
    """
    access.require_department(actor, "fees.deliver")
    if not raw or len(raw) > MOST_ROWS:
        raise ValidationError(
            {"rows": _("一次传递 1 至 %d 条费源。更多的请分成几批，每批填各自的控制笔数和控制金额。") % MOST_ROWS}
        )
    content = packing.pack(raw)
    with transaction.atomic():
        # One delivery of a department at a time: the same key, or the same number, never races itself.
        Office.objects.select_for_update(no_key=True).get(pk=actor.office.pk)
        first = (
            FeeDelivery.objects.filter(office=actor.office, idempotency_key=idempotency_key).first()
            if idempotency_key
            else None
        )
        if first is not None:
            stated = (bytes(first.content), first.control_count, first.control_total)
            if stated != (content, control_count, control_total):
                raise Refusal(
                    {"Idempotency-Key": _("这个 Idempotency-Key 已用于另一批费源，请换一个。")}, code="doubled_key"
                )
            return first
        delivery = FeeDelivery.objects.create(
            office=actor.office,
            user=actor.user,
            channel=actor.channel,
            content=content,
            count=len(raw),
            control_count=control_count,
            control_total=control_total,
            idempotency_key=idempotency_key,
        )
        if len(raw) <= AT_ONCE:
            _take_in(delivery, actor)
        else:
            workers.hand_over("fees.take_in_delivery", delivery.pk)
    return delivery


@transaction.atomic
def take_in(delivery_id: int) -> FeeDelivery:
    """Take in a delivery that waits; one already dealt with stays as it is."""
    office_id = FeeDelivery.objects.values_list("office", flat=True).get(pk=delivery_id)
    Office.objects.select_for_update(no_key=True).get(pk=office_id)
    delivery = FeeDelivery.objects.select_related("office", "user").get(pk=delivery_id)
    if delivery.state == FeeDelivery.State.RECEIVED:
        held = Membership.objects.in_force().filter(user=delivery.user, office=delivery.office)
        roles = frozenset(held.values_list("role", flat=True))
        _take_in(delivery, Actor(user=delivery.user, office=delivery.office, roles=roles, channel=delivery.channel))
    return delivery


def progress(delivery: FeeDelivery, total: int) -> int:
    """How many of the delivery's rows were looked at so far."""
    return caches["kept"].get(_mark(delivery), 0) if delivery.state == FeeDelivery.State.RECEIVED else total


def _mark(delivery: FeeDelivery) -> str:
    return f"fees/progress/{delivery.ref}"


def _take_in(delivery: FeeDelivery, actor: Actor) -> None:
    found = rows.Found()
    right = rows.check(
        packing.unpack(delivery.content),
        rows.levies_of(delivery.office),
        found,
        progress=lambda done: caches["kept"].set(_mark(delivery), done, timeout=3600),
    )
    staging.stage(right, most=delivery.count)
    _check_totals(delivery, found)
    before, fresh = staging.before(delivery.office), 0
    for row in before.changed:
        message = _("该费源编号此前已经传递，内容不同。请用“变更”或者“撤销”，不要重新传递。")
        found.problem(row, "number", "changed", message)
    delivery.finished_at = clock.now()
    if found.problems:
        delivery.state = FeeDelivery.State.REFUSED
        delivery.problems = sorted(found.problems, key=lambda each: each["row"])
    else:
        delivery.state = FeeDelivery.State.TAKEN
        delivery.repeated_count, delivery.repeated_total = before.count, before.total
        fresh = staging.write(delivery, before, actor)
    delivery.save(update_fields=OUTCOME)  # the rows stay as they came
    log.record(
        f"office/{delivery.office.code}",
        f"fees.{delivery.state}",
        actor=actor,
        target=delivery.about,
        data={"count": fresh, "repeated": delivery.repeated_count, "problems": len(delivery.problems)},
    )


def _check_totals(delivery: FeeDelivery, found: rows.Found) -> None:
    """Count and sum as the department states them; a sum is only judged when every row could be read."""
    if delivery.control_count != delivery.count:
        message = _("控制笔数是 %(said)d，实际 %(found)d 条。")
        said = {"said": delivery.control_count, "found": delivery.count}
        found.problem(0, "control_count", "wrong_count", message % said)
    if found.right == delivery.count and delivery.control_total != found.total:
        message = _("控制金额是 %(said)s 元，实际合计 %(found)s 元。请核对是否漏行、重复或者单位不一致。")
        said = {"said": f"{delivery.control_total:,.2f}", "found": f"{found.total:,.2f}"}
        found.problem(0, "control_total", "wrong_total", message % said)


def _known(office: Office, numbers: list[str]) -> dict[str, FeeSource]:
    found = FeeSource.objects.filter(office=office, number__in=numbers).exclude(state=FeeSource.State.RETURNED)
    return {source.number: source for source in found}


def results(delivery: FeeDelivery) -> list[dict[str, Any]]:
    """What became of each row, in the order they came."""
    wrong: dict[int, list[dict[str, Any]]] = {}
    for problem in delivery.problems:
        wrong.setdefault(problem["row"], []).append(problem)
    numbers = [packing.cells(line)["number"].strip() for line in packing.unpack(delivery.content)]
    sources = {}
    if delivery.state == FeeDelivery.State.TAKEN:
        sources = _known(delivery.office, numbers)
        sources |= {source.number: source for source in delivery.sources.all()}
    return [
        {
            "row": place,
            "number": number,
            "source": sources[number].ref if number in sources else None,
            "state": sources[number].state if number in sources else delivery.state,
            "repeated": number in sources and sources[number].delivery_id != delivery.pk,
            "errors": wrong.get(place, []),
        }
        for place, number in enumerate(numbers, start=1)
    ]
