"""A department's message comes in: taken, passed over as a repetition, or refused with a coded reason (Art 26).

A refused message is kept as it came, so that it can be taken in again once its cause is mended.
"""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.coded import Refusal
from apps.collaboration.qualification import access, standing
from apps.collaboration.qualification.models import Determination, QualificationMessage, inform_due
from apps.collaboration.qualification.rows import COLUMNS, DeterminationRow
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock

State = QualificationMessage.State
SAID = ("party", "determined_on", "valid_from", "valid_to", "amount", "basis")


def take(content: Any, *, actor: Actor, idempotency_key: str | None = None) -> QualificationMessage:
    """Take a message in; the same key gives the first answer again.

    :raises PermissionDenied: unless the department determines qualifications.
    :raises ValidationError: when the key was used for another message, or the content cannot be kept.
    """
    access.require_department(actor, "qualification.tell")
    if r"\u0000" in json.dumps(content):
        raise ValidationError({"content": _("内容里有不可见的控制字符，请去掉后重新发送。")})
    with transaction.atomic():
        # One message of a department at a time: the same key, or the same number, never races itself.
        Office.objects.select_for_update(no_key=True).get(pk=actor.office.pk)
        first = (
            QualificationMessage.objects.filter(office=actor.office, idempotency_key=idempotency_key).first()
            if idempotency_key
            else None
        )
        if first is not None:
            if first.content != content:
                raise Refusal(
                    {"Idempotency-Key": _("这个 Idempotency-Key 已用于另一条内容，请换一个。")}, code="doubled_key"
                )
            return first
        message = QualificationMessage(
            office=actor.office,
            user=actor.user,
            channel=actor.channel,
            content=content,
            idempotency_key=idempotency_key,
        )
        _judge(message, actor)
    return message


@transaction.atomic
def replay(message: QualificationMessage, *, actor: Actor) -> QualificationMessage:
    """Judge a refused message again, as after its payer was registered.

    :raises PermissionDenied: unless it is the actor's own department's.
    :raises ValidationError: when it was taken in already.
    """
    access.require_department(actor, "qualification.replay", message.ref)
    Office.objects.select_for_update(no_key=True).get(pk=actor.office.pk)
    message = (
        QualificationMessage.objects.visible_to(actor).select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
    )
    if message.state != State.REFUSED:
        raise ValidationError(_("这条报文已经接收，不需要重新处理。"))
    message.replayed_at = clock.now()
    _judge(message, actor)
    return message


def _judge(message: QualificationMessage, actor: Actor) -> None:
    given = message.content if isinstance(message.content, dict) else {}
    form = DeterminationRow(
        {name: "" if given.get(name) is None else str(given[name]) for name in COLUMNS}, office=message.office
    )
    if form.is_valid():
        _take(message, form.cleaned_data, actor)
    else:
        message.state = State.REFUSED
        message.code, message.explanation = form.first_mistake()
    message.save()
    log.record(
        f"office/{message.office.code}",
        f"qualification.message.{message.state}",
        actor=actor,
        target=f"qualification-message/{message.ref}",
        data={"code": message.code},
    )


def _take(message: QualificationMessage, said: dict[str, Any], actor: Actor) -> None:
    kind = said["kind"]
    known = Determination.objects.filter(office=message.office, kind=kind.code, number=said["number"]).first()
    message.code = message.explanation = ""
    if known is None:
        message.state = State.TAKEN
        message.determination = _write(message.office, kind.code, said, actor)
    elif all(getattr(known, name) == said[name] for name in SAID):
        message.state, message.determination = State.REPEATED, known
    else:
        message.state, message.code = State.REFUSED, "number_differs"
        message.explanation = _("该编号此前已经告知，内容不同。请先撤销，再用新的编号告知。")


def _write(office: Office, kind: str, said: dict[str, Any], actor: Actor) -> Determination:
    row = Determination.objects.create(
        office=office,
        kind=kind,
        number=said["number"],
        inform_due=inform_due(said["determined_on"]),
        **{name: said[name] for name in SAID},
    )
    log.record(row.about, "qualification.told", actor=actor, target=kind, data={"in_time": row.in_time})
    if row.valid_from <= clock.today():
        standing.refresh([(row.party_id, kind)])
    standing.tell_holder(row, gettext_lazy("已由认定部门告知税务机关"))
    return row


def withdraw(row: Determination, *, reason: str, actor: Actor) -> Determination:
    """A department takes a determination back; the fact ends the same day.

    :raises PermissionDenied: unless it is the actor's own department's.
    :raises ValidationError: when it has ended already, or no reason is given.
    """
    access.require_department(actor, "qualification.withdraw", row.about)
    if not reason.strip():
        raise ValidationError({"reason": _("请写明撤销的理由。")})
    with transaction.atomic():
        row = Determination.objects.visible_to(actor).select_for_update(no_key=True, of=("self",)).get(pk=row.pk)
        if row.state not in (Determination.State.VALID, Determination.State.SUSPENDED):
            raise ValidationError(_("这项资格已经终止，不需要再撤销。"))
        return standing.end(row, Determination.State.WITHDRAWN, reason=reason.strip(), actor=actor)
