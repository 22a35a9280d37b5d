"""What another province sends: proved, taken once, and carried out in one transaction (Art 9)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers

from apps.kernel.audit import log
from apps.kernel.casework import cases, procedures
from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.services.regions import forwarding, recognition, signatures
from apps.services.regions.models import Incoming, ReceivedMessage, RecognitionKind, Region, RegionKey
from apps.services.regions.sending import PATH

INCOMING = "region-incoming"


class Conflict(ValidationError):
    """The same message id with another content."""


class Envelope(serializers.Serializer):
    """What every message has."""

    id = serializers.UUIDField()
    type = serializers.CharField(max_length=30)
    sequence = serializers.IntegerField(min_value=1)
    to = serializers.CharField(max_length=6)


class Applicant(serializers.Serializer):
    """Who asks."""

    name = serializers.CharField(max_length=120)
    number = serializers.CharField(max_length=18)
    phone = serializers.CharField(max_length=20, allow_blank=True)


class Forwarded(serializers.Serializer):
    """A matter accepted there for us."""

    number = serializers.CharField(max_length=40)
    matter = serializers.SlugField(max_length=40)
    matter_name = serializers.CharField(max_length=80)
    applicant = Applicant()
    statement = serializers.CharField(max_length=4000)


class Progress(serializers.Serializer):
    """What became of a matter we forwarded."""

    your_number = serializers.CharField(max_length=20)
    sequence = serializers.IntegerField(min_value=1)
    outcome = serializers.ChoiceField(list(forwarding.REPORTED))
    words = serializers.CharField(max_length=900)


class Question(serializers.Serializer):
    """Asks for a credit grade or a qualification."""

    ref = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(RecognitionKind.choices)
    credit_code = serializers.CharField(max_length=18)
    name = serializers.CharField(max_length=120)
    purpose = serializers.CharField(max_length=200)


class Answer(serializers.Serializer):
    """Answers our question."""

    your_ref = serializers.CharField(max_length=12)
    outcome = serializers.ChoiceField(["known", "unknown", "no_consent"])
    answer = serializers.CharField(max_length=200, allow_blank=True)


def prove(body: bytes, given: Mapping[str, str]) -> Region:
    """The province that signed a message.

    :raises signatures.BadSignature: unknown province or key, changed body, stale time.
    """
    said = signatures.claim(given)
    key = (
        RegionKey.objects.in_force()
        .filter(region__code=said.region, region__active=True, key_id=said.key_id)
        .select_related("region")
        .first()
    )
    if key is None:
        raise signatures.BadSignature("unknown key")
    signatures.check(said, key.public_key, body=body, path=PATH, given=given)
    return key.region


def take(body: bytes, region: Region) -> str:
    """Carry out a proved message and return the reference answered; a repeated one changes nothing.

    :raises ValidationError: naming the fields that are wrong.
    """
    content = _read(body)
    envelope = _shaped(Envelope, content)
    if envelope["to"] != settings.REGION:
        raise ValidationError({"to": _("这份报文不是发给本市的。")})
    handle = HANDLERS.get(envelope["type"])
    if handle is None:
        raise ValidationError({"type": _("没有这种报文：可用 %s。") % joined(HANDLERS)})
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        Region.objects.select_for_update(no_key=True).get(pk=region.pk)  # one message of a province at a time
        first = ReceivedMessage.objects.filter(region=region, message_id=envelope["id"]).first()
        if first is not None:
            if first.digest != digest:
                raise Conflict({"id": _("同一编号的报文内容不同。")})
            return first.answer
        shape, work = handle
        answer = work(region, _shaped(shape, content))
        ReceivedMessage.objects.create(
            region=region, message_id=envelope["id"], kind=envelope["type"], digest=digest, answer=answer
        )
        log.record(f"region/{region.code}", envelope["type"], actor=Actor.system("regions"), target=str(envelope["id"]))
    return answer


def _read(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError as error:
        raise ValidationError({"body": _("报文不是有效的 JSON。")}) from error
    if not isinstance(content, dict):
        raise ValidationError({"body": _("报文不是 JSON 对象。")})
    return content


def _shaped(shape: type[serializers.Serializer], content: dict[str, Any]) -> dict[str, Any]:
    form = shape(data=content)
    form.is_valid(raise_exception=True)
    return form.validated_data


def _open(region: Region, content: dict[str, Any]) -> str:
    """A case here, with the province as sender; the same number of theirs opens one case only."""
    known = Incoming.objects.filter(region=region, their_number=content["number"]).select_related("case").first()
    if known is not None:
        return known.case.number
    who = content["applicant"]
    detail = {
        "region": region,
        "their_number": content["number"],
        "matter": content["matter"],
        "matter_name": content["matter_name"],
        "applicant_name": who["name"],
        "applicant_number": who["number"],
        "applicant_phone": who["phone"],
        "statement": content["statement"],
    }
    system = Actor.system("regions")
    case = cases.open_case(procedures.get(INCOMING), system, detail)
    return cases.perform(case, "submit", system).number


HANDLERS: dict[str, tuple[type[serializers.Serializer], Callable[[Region, dict[str, Any]], str]]] = {
    "matter.forward": (Forwarded, _open),
    "matter.progress": (Progress, forwarding.report),
    "recognition.question": (Question, recognition.answer),
    "recognition.answer": (Answer, recognition.learn),
}
