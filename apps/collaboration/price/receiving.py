"""A bureau's system sends a conclusion: taken, or refused with a coded reason and kept to be judged again (Art 27)."""

import json
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.coded import Refusal
from apps.collaboration.price import pricing, procedure, steps
from apps.collaboration.price.models import PriceMessage
from apps.kernel.audit import log
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Role

State = PriceMessage.State
LONGEST_NOTE, LONGEST_REPORT = 300, 4000


def may_conclude(actor: Actor) -> bool:
    """Whether the actor is an officer of a body outside the tax offices; the case says whether it is theirs."""
    return actor.front_door == "partner" and Role.OFFICER in actor.roles


def take(case: Case, content: Any, *, actor: Actor, idempotency_key: str) -> PriceMessage:
    """Price every item and conclude, or keep the message with what is wrong. The same key gives the first answer.

    :raises PermissionDenied: unless the actor may conclude.
    :raises ValidationError: when the key was used for something else, or the content cannot be kept.
    """
    if not may_conclude(actor):
        log.denied("price.conclude", actor=actor, target=case.number, reason="not an officer of a price body")
        raise PermissionDenied(_("只有价格认定机构可以出具结论。"))
    if r"\u0000" in json.dumps(content):
        raise ValidationError({"content": _("内容里有不可见的控制字符，请去掉后重新发送。")})
    with transaction.atomic():
        Office.objects.select_for_update(no_key=True).get(pk=actor.office.pk)
        first = PriceMessage.objects.filter(office=actor.office, idempotency_key=idempotency_key).first()
        if first is not None:
            if (first.content, first.case_id) != (content, case.pk):
                raise Refusal(
                    {"Idempotency-Key": _("这个 Idempotency-Key 已用于另一条内容，请换一个。")}, code="doubled_key"
                )
            return first
        message = PriceMessage(
            office=actor.office,
            user=actor.user,
            channel=actor.channel,
            case=case,
            content=content,
            idempotency_key=idempotency_key,
        )
        return _judge(message, actor)


@transaction.atomic
def replay(message: PriceMessage, *, actor: Actor) -> PriceMessage:
    """Judge a refused message again.

    :raises ValidationError: when it was taken already.
    """
    message = PriceMessage.objects.visible_to(actor).select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
    if message.state != State.REFUSED:
        raise ValidationError(_("这条报文已经接收，不需要重新处理。"))
    return _judge(message, actor)


def _judge(message: PriceMessage, actor: Actor) -> PriceMessage:
    try:
        with transaction.atomic():
            _conclude(message, actor)
    except ValidationError as refusal:
        errors = _flat(refusal)
        message.state, message.code = State.REFUSED, errors[0].code or "invalid"
        message.explanation = " ".join(text for error in errors for text in error.messages)[:500]
    else:
        message.state, message.code, message.explanation = State.TAKEN, "", ""
        message.conclusion = steps.in_force(message.case)
    message.save()
    log.record(
        f"office/{message.office.code}",
        f"price.message.{message.state}",
        actor=actor,
        target=message.case.number,
        data={"code": message.code},
    )
    return message


def _flat(refusal: ValidationError) -> list[ValidationError]:
    if hasattr(refusal, "error_dict"):
        return [error for listed in refusal.error_dict.values() for error in listed]
    return list(refusal.error_list)


def _conclude(message: PriceMessage, actor: Actor) -> None:
    given = message.content if isinstance(message.content, dict) else {}
    items, report = given.get("items"), str(given.get("report") or "").strip()
    if not isinstance(items, list) or not items:
        raise ValidationError({"items": ValidationError(_("请逐项给出认定价格。"), code="missing")})
    if not 0 < len(report) <= LONGEST_REPORT:
        raise ValidationError({"report": ValidationError(_("请写明认定过程和依据，不超过 4000 字。"), code="missing")})
    case = Case.objects.get(pk=message.case_id)
    if str(given.get("basis_date", "")) != case.detail.basis_date.isoformat():
        raise ValidationError({"basis_date": ValidationError(_("基准日与申请的不一致。"), code="dates")})
    if case.state not in pricing.PRICED_IN:
        raise ValidationError(_("该事项目前不能出具结论。"), code="state")
    seen: set[int] = set()
    for row in (each if isinstance(each, dict) else {} for each in items):
        place = row.get("item")
        if not isinstance(place, int) or place in seen:
            raise ValidationError({"items": ValidationError(_("每项标的写一次，写明序号。"), code="item")})
        seen.add(place)
        pricing.price(
            case,
            place,
            method=str(row.get("method", "")),
            unit_price=pricing.yuan(row.get("unit_price"), "unit_price"),
            amount=pricing.yuan(row.get("amount"), "amount"),
            note=str(row.get("note") or "")[:LONGEST_NOTE],
            actor=actor,
        )
    action = "conclude" if case.state == procedure.HANDLING else "change"
    cases.perform(case, action, actor, reason=report)
