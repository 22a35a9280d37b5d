"""What was refused is kept as it came, and replayed through the same door when its cause is gone (Arts 22-30).

A replay is the message again: the same bytes to the same address in the partner's name, with the rights the partner
has now. A signature that was wrong still has to be right; only its time may have passed.
"""

import datetime as dt
import hashlib
import io
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.db.models import F
from django.urls import resolve
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken
from rest_framework.request import Request
from rest_framework.response import Response

from apps.collaboration.messages import signing
from apps.collaboration.messages.models import RefusedMessage
from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import PartnerClient, Role
from apps.kernel.workcalendar import clock

_MARK = "taxportal.replayed"  # in the environment of a request, where no header can put it
KEPT = ("Content-Type", "Idempotency-Key", *signing.SIGNED)
State = RefusedMessage.State


def keep(request: Request, code: str, answer: Any) -> None:
    """Keep a refused message; the same again is counted, a replay is told apart by its mark."""
    message = request.META.get(_MARK)
    if message is None:
        body = getattr(request._request, "_body", None)  # noqa: SLF001 - the bytes as they came
        if body is None:
            return  # longer than a message may be
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        path = request.get_full_path()[:200]
        told = f"{request.method} {path} {headers.get('Idempotency-Key', '')}\n".encode()
        message, _new = RefusedMessage.objects.get_or_create(
            client=request.auth.application,
            digest=hashlib.sha256(told + body).hexdigest(),
            defaults={"method": request.method, "path": path, "body": body, "attempts": 0},
        )
        message.headers = headers  # signed anew each time
    RefusedMessage.objects.filter(pk=message.pk).update(
        code=code[:40],
        words=_words(answer)[:300],
        headers=message.headers,
        attempts=F("attempts") + 1,
        tried_at=clock.now(),
    )


def is_replay(request: Request) -> bool:
    """Whether a person replays a kept message."""
    return _MARK in request.META


def replays(actor: Actor) -> bool:
    """Whether the actor may replay: a clerk of a tax office."""
    return actor.front_door == "counter" and Role.CLERK in actor.roles


def replay(message: RefusedMessage, *, actor: Actor) -> RefusedMessage:
    """Give the message to its door again.

    :raises PermissionDenied: unless the actor is a tax clerk; the attempt is on record.
    :raises ValidationError: when it was taken meanwhile.
    """
    if not replays(actor):
        log.denied("partner-message.replay", actor=actor, target=message.about, reason="not a tax clerk")
        raise PermissionDenied(_("只有税务机关的办税人员可以重放报文。"))
    with transaction.atomic():
        message = RefusedMessage.objects.select_for_update(no_key=True, of=("self",)).get(pk=message.pk)
        if message.state == State.TAKEN:
            raise ValidationError(_("这个报文已经接收，不需要重放。"))
        client = PartnerClient.objects.select_related("user", "office").get(pk=message.client_id)
        if client.user is None or not client.user.is_active or client.office is None or not client.office.active:
            raise ValidationError(_("这个合作系统已停用，不能重放它的报文。"))
        response = _again(message, client)
        taken = response.status_code < 400
        message.refresh_from_db()
        message.replayed_by, message.tried_at = actor.user, clock.now()
        if taken:
            message.state = State.TAKEN
        message.save(update_fields=["state", "replayed_by", "tried_at"])
        log.record(
            f"office/{client.office.code}",
            "partner-message.replayed",
            actor=actor,
            target=message.about,
            data={"status": response.status_code, "code": "" if taken else message.code},
        )
    return message


def _again(message: RefusedMessage, client: PartnerClient) -> Response:
    """The request as it came, in the name of the partner."""
    target, body = urlsplit(message.path), bytes(message.body)
    given = {name: value for name, value in message.headers.items() if name != "Content-Type"}
    request = WSGIRequest(
        {
            "REQUEST_METHOD": message.method,
            "PATH_INFO": target.path,
            "QUERY_STRING": target.query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "CONTENT_TYPE": message.headers.get("Content-Type", "application/json"),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            _MARK: message,
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in given.items()},
        }
    )
    request._body = body  # noqa: SLF001 - as a message of a system is read
    # What the sender's token would say now; REST framework takes it in place of a header.
    request._force_auth_user = client.user  # noqa: SLF001 - as REST framework's own force_authenticate does
    request._force_auth_token = AccessToken(  # noqa: SLF001 - as above
        application=client,
        user=client.user,
        scope=" ".join(client.scopes_allowed),
        expires=clock.now() + dt.timedelta(minutes=1),
    )
    found = resolve(target.path)
    request.resolver_match = found
    return found.func(request, *found.args, **found.kwargs)


def _words(answer: Any) -> str:
    """The first thing an answer says to people."""
    while isinstance(answer, dict | list) and answer:
        if isinstance(answer, dict):
            answer = answer.get("errors") or answer.get("detail") or next(iter(answer.values()))
        else:
            answer = answer[0]
    return str(answer) if answer else ""
