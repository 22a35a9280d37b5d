"""Case status and to-dos, pushed to 一网通办 through the outbox (Art 15).

Every move of a case writes its post in the same transaction. A party's to-dos come from many rooms,
so a change only marks the party; a task then compares the whole list and sends it when it differs.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.kernel.casework import clocks
from apps.kernel.casework.models import Case
from apps.kernel.casework.procedures import recorded
from apps.kernel.notifications import dispatch, posting, signatures
from apps.kernel.notifications.models import Dispatch
from apps.kernel.parties import todos
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.workcalendar import clock
from apps.services.onenet.models import TodoState

ONENET = "onenet"


class OneNet(dispatch.Destination):
    """一网通办's interface for status and to-dos: HMAC over timestamp, nonce and body."""

    code = ONENET

    def check_config(self) -> list[str]:
        names = ("YWTB_STATUS_URL", "YWTB_PUSH_SECRET")
        return [_("未设置 %s。") % name for name in names if not getattr(settings, name)]

    def post(self, row: Dispatch) -> str:
        if problems := self.check_config():
            raise OSError(problems[0])
        body = row.body.encode()
        signed = signatures.headers(body, secret=settings.YWTB_PUSH_SECRET)
        return posting.post(settings.YWTB_STATUS_URL, body, {"Idempotency-Key": str(row.pk), **signed}).text


def configured() -> bool:
    """Whether there is a 一网通办 to tell."""
    return not OneNet().check_config()


def push_status(case: Case) -> Dispatch | None:
    """Queue a case's standing; the move that changed it holds the case's lock."""
    if case.applicant is None or not configured():
        return None
    standing = case.standing
    return dispatch.enqueue(
        ONENET,
        case.about,
        {
            "type": "case-status",
            "number": case.number,
            "matter_code": case.procedure,
            "matter_name": recorded(case.definition.title),
            "applicant": case.applicant.ref,
            "state": case.state,
            "state_name": recorded(standing.label),
            "what_now": recorded(standing.now),
            "what_to_do": recorded(standing.todo),
            "closed": standing.final,
            "office": str(case.office or ""),
            "due": clocks.next_due(case),
            "changed_at": clock.now().isoformat(),
            "url": settings.PUBLIC_URL + reverse("onenet:case", args=[case.number]),
        },
    )


def mark(party: Party) -> None:
    """A party's to-dos may have changed."""
    if configured():
        at = clock.now()
        TodoState.objects.update_or_create(party=party, defaults={"touched_at": at}, create_defaults={"touched_at": at})


def mark_all() -> int:
    """Every party known to 一网通办 gets new to-dos with a new day: periods end, due dates come near."""
    parties = Party.objects.filter(active=True, person__user__socialaccount__provider="ywtb")
    TodoState.objects.bulk_create((TodoState(party=party) for party in parties), ignore_conflicts=True)
    return TodoState.objects.update(touched_at=clock.now())


def push_marked(limit: int = 500) -> int:
    """Send the lists of marked parties that differ from what was sent; says how many went out."""
    sent = 0
    for pk in TodoState.objects.filter(touched_at__isnull=False).order_by("touched_at").values_list("pk")[:limit]:
        sent += _push_one(pk[0])
    return sent


@transaction.atomic
def _push_one(pk: int) -> bool:
    state = TodoState.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(pk=pk).first()
    if state is None or state.touched_at is None:
        return False
    items = _items(state.party)
    digest = hashlib.sha256(dispatch.canonical({"items": items})).hexdigest()
    changed = digest != state.digest and (items or state.digest)
    if changed:
        content = {"type": "todos", "party": state.party.ref, "items": items, "changed_at": clock.now().isoformat()}
        dispatch.enqueue(ONENET, f"todos/{state.party.ref}", content)
        state.digest = digest
    state.touched_at = None
    state.save()
    return bool(changed)


def _items(party: Party) -> list[dict[str, Any]]:
    with translation.override(settings.LANGUAGE_CODE):
        return [
            {
                "title": todo.title,
                "kind": todo.kind,
                "due": todo.due.isoformat() if todo.due else "",
                "note": todo.note,
                "url": settings.PUBLIC_URL + todo.url,
            }
            for todo in todos.for_actor(Actor(party=party))
        ]
