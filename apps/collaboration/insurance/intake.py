"""A delivery comes in: once, whole, within its window, with totals that agree; or refused with a code (Art 24).

What was refused is kept as it came: when its cause is gone (a payer registered meanwhile), it is replayed.
The same message again is given its first answer; another content under the same number is refused.
"""

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.coded import Refusal
from apps.collaboration.insurance import access, assessments, rolls, staging
from apps.collaboration.insurance.models import InsuranceExchange
from apps.collaboration.insurance.packing import Packed
from apps.kernel import workers
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Membership, Office
from apps.kernel.rules import terms
from apps.kernel.workcalendar import clock, deadlines

AT_ONCE = 500  # lines a request takes in by itself; more go to a worker
MOST_ROWS = 50_000  # of one call of the API; a file may hold many more
UNIT = "yuan"
WINDOW = "insurance-exchange-window"
AHEAD = dt.timedelta(hours=1)  # how far a sender's clock may be ahead
Kind, State, Reason = InsuranceExchange.Kind, InsuranceExchange.State, InsuranceExchange.Reason

OUTCOME = ("state", "reason", "problems", "lines", "unmatched", "attempts", "finished_at")
TAKERS = {
    Kind.REGISTRATIONS: rolls.take_registrations,
    Kind.INSURED: rolls.take_insured,
    Kind.ASSESSMENTS: assessments.take,
}


def deliver(
    packed: Packed,
    *,
    kind: str,
    message_id: str,
    sent_at: dt.datetime,
    unit: str,
    control_count: int,
    control_total: Decimal,
    actor: Actor,
) -> InsuranceExchange:
    """Take a delivery in, at once or by a worker when it is long.

    :raises PermissionDenied: unless the actor's department is in charge of an insurance.
    :raises ValidationError: on ``message_id``, when it was used for another content.
    """
    access.require(
        actor, "insurance.deliver", kind, allowed=access.delivers(actor), message=_("只有社会保险经办部门可以这样做。")
    )
    stated = {
        "kind": kind,
        "sent_at": sent_at,
        "unit": unit,
        "control_count": control_count,
        "control_total": control_total,
        "digest": packed.digest,
    }
    with transaction.atomic():
        # One delivery of an agency at a time: the same message never races itself.
        Office.objects.select_for_update(no_key=True).get(pk=actor.office.pk)
        first = InsuranceExchange.objects.filter(office=actor.office, message_id=message_id).first()
        if first is not None:
            if any(getattr(first, name) != value for name, value in stated.items()):
                raise Refusal({"message_id": _("这个报文编号已用于另一批内容，请换一个。")}, code="doubled_key")
            return first
        exchange = InsuranceExchange.objects.create(
            office=actor.office,
            user=actor.user,
            channel=actor.channel,
            message_id=message_id,
            content=packed.content,
            **stated,
        )
        if control_count <= AT_ONCE:
            _take_in(exchange, actor)
        else:
            workers.hand_over("insurance.take_in_exchange", exchange.pk)
    return exchange


@transaction.atomic
def take_in(exchange_id: int) -> InsuranceExchange:
    """Take in a delivery that waits; one already dealt with stays as it is."""
    exchange = _locked(exchange_id)
    if exchange.state == State.RECEIVED:
        _take_in(exchange, _sender(exchange))
    return exchange


@transaction.atomic
def replay(exchange: InsuranceExchange, *, actor: Actor) -> InsuranceExchange:
    """Try again what was refused, or match again the lines that wait; nothing taken before is taken twice.

    :raises PermissionDenied: unless the actor's agency delivered it, or a tax clerk replays it.
    """
    own = access.delivers(actor) and exchange.office_id == actor.office.pk
    access.require(actor, "insurance.replay", exchange.about, allowed=own or access.matches(actor))
    exchange = _locked(exchange.pk)
    if exchange.state == State.REFUSED:
        exchange.state, exchange.reason, exchange.problems, exchange.finished_at = State.RECEIVED, "", [], None
        _take_in(exchange, _sender(exchange), replayed=True)
    elif exchange.state == State.TAKEN and exchange.unmatched:
        assessments.match_again(exchange, actor=actor)
    return exchange


def _locked(exchange_id: int) -> InsuranceExchange:
    office_id = InsuranceExchange.objects.values_list("office", flat=True).get(pk=exchange_id)
    Office.objects.select_for_update(no_key=True).get(pk=office_id)
    return InsuranceExchange.objects.select_related("office", "user").get(pk=exchange_id)


def _sender(exchange: InsuranceExchange) -> Actor:
    held = Membership.objects.in_force().filter(user=exchange.user, office=exchange.office)
    roles = frozenset(held.values_list("role", flat=True))
    return Actor(user=exchange.user, office=exchange.office, roles=roles, channel=exchange.channel)


def _take_in(exchange: InsuranceExchange, actor: Actor, *, replayed: bool = False) -> None:
    """Its frame first, then its rows; whatever refuses it undoes what its rows began."""
    exchange.attempts += 1
    refusal = _frame(exchange, replayed=replayed)
    if refusal is None:
        try:
            with transaction.atomic():
                TAKERS[exchange.kind](exchange, actor)
        except staging.Refusal as found:
            refusal = found
    exchange.finished_at = clock.now()
    exchange.state = State.TAKEN
    if refusal is not None:
        exchange.state, exchange.reason = State.REFUSED, refusal.reason
        exchange.problems = refusal.problems[: staging.NAMED]
        exchange.lines = exchange.unmatched = 0
    exchange.save(update_fields=OUTCOME)  # the content stays as it came
    log.record(
        f"office/{exchange.office.code}",
        f"insurance.{exchange.state}",
        actor=actor,
        target=exchange.about,
        data={
            "kind": exchange.kind,
            "lines": exchange.lines,
            "unmatched": exchange.unmatched,
            "reason": exchange.reason,
        },
    )


def _frame(exchange: InsuranceExchange, *, replayed: bool) -> staging.Refusal | None:
    """What is wrong with the delivery before any row of it is looked at."""
    if exchange.unit != UNIT:
        return staging.Refusal(Reason.WRONG_UNIT, 0, "unit", _("金额单位应是元（yuan），精确到分。"))
    if not replayed:
        window = terms.term(WINDOW, clock.today())
        latest = deadlines.due(exchange.sent_at, window.term, window.unit).due
        if not exchange.sent_at - AHEAD <= clock.now() <= latest:
            message = _("传递时间应在最近 %s 内，不能在将来。请核对系统时间后重新传递。") % window.label
            return staging.Refusal(Reason.STALE, 0, "sent_at", message)
    return None
