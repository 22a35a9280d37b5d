"""What can happen to a ticket (流转表): the table, and the one door that carries a row of it out."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.kernel.audit import log
from apps.kernel.parties.actors import Actor
from apps.kernel.workcalendar import clock
from apps.services.queue import turns
from apps.services.queue.models import Shift, Ticket, TicketEvent
from apps.services.sites.models import Window

S = Ticket.State


class By(StrEnum):
    """Who may do it."""

    WINDOW = "window"  # the clerk at the window the ticket was called to
    SITE = "site"  # any clerk of the office that runs the site
    HOLDER = "holder"  # whoever holds the ticket's code
    NIGHT = "night"  # the nightly round


@dataclass(frozen=True)
class Move:
    """One row of the table."""

    label: Promise
    sources: tuple[str, ...]
    target: str
    by: frozenset[By]
    tone: str = "secondary"


MOVES: dict[str, Move] = {
    "call": Move(gettext_lazy("叫号"), (S.WAITING,), S.CALLED, frozenset({By.WINDOW})),
    "serve": Move(gettext_lazy("开始办理"), (S.CALLED,), S.SERVING, frozenset({By.WINDOW}), tone=""),
    "recall": Move(gettext_lazy("再叫一次"), (S.CALLED,), S.CALLED, frozenset({By.WINDOW})),
    "miss": Move(gettext_lazy("过号"), (S.CALLED,), S.MISSED, frozenset({By.WINDOW}), tone="warning"),
    "finish": Move(gettext_lazy("办完"), (S.SERVING,), S.DONE, frozenset({By.WINDOW}), tone=""),
    "send": Move(gettext_lazy("转到其他窗口"), (S.CALLED, S.SERVING), S.WAITING, frozenset({By.WINDOW})),
    "return": Move(gettext_lazy("重新排队"), (S.MISSED,), S.WAITING, frozenset({By.SITE, By.HOLDER})),
    "give_up": Move(
        gettext_lazy("放弃排队"), (S.WAITING, S.MISSED), S.CANCELLED, frozenset({By.SITE, By.HOLDER}), tone="warning"
    ),
    # When the day is over nobody waits any more; only the nightly round does this.
    "expire": Move(
        gettext_lazy("当日作废"), (S.WAITING, S.CALLED, S.SERVING, S.MISSED), S.CANCELLED, frozenset({By.NIGHT})
    ),
}


def holder() -> Actor:
    """Whoever shows the ticket's code; the code is all we know of them."""
    return Actor.system("ticket holder")


def open_to_holder(ticket: Ticket) -> dict[str, Move]:
    """The rows the holder may use now."""
    rows = {name: row for name, row in MOVES.items() if ticket.state in row.sources and By.HOLDER in row.by}
    if "return" in rows and _too_late(ticket) is not None:
        del rows["return"]
    return rows


def open_at_window(ticket: Ticket) -> dict[str, Move]:
    """The rows the clerk at the window may use now; calling is for ``service.next_ticket``."""
    rows = {name: row for name, row in MOVES.items() if ticket.state in row.sources and By.WINDOW in row.by}
    if "miss" in rows and too_soon(ticket) is not None:
        del rows["miss"]
    return rows


def too_soon(ticket: Ticket) -> ValidationError | None:
    """Why nobody who is called may be passed over yet, if so."""
    needed = turns.policy().calls_before_missed
    if ticket.state != Ticket.State.CALLED or ticket.calls >= needed:
        return None
    return ValidationError(_("至少叫 %(times)s 次才能过号，请再叫一次。") % {"times": needed}, code="calls")


def move(ticket: Ticket, action: str, actor: Actor, *, to: Window | None = None, reason: str = "") -> Ticket:
    """Carry out one row: lock, check, change, history and audit in one transaction.

    :raises ValidationError: when the row is not open in the ticket's state, or what it needs is not there.
    :raises PermissionDenied: when the actor may not do it.
    """
    with transaction.atomic():
        row = Ticket.objects.select_for_update(no_key=True, of=("self",)).select_related("site").get(pk=ticket.pk)
        _allowed(row, action, actor)
        apply(row, action, actor, to=to, reason=reason)
    return row


def apply(ticket: Ticket, action: str, actor: Actor, *, to: Window | None = None, reason: str = "") -> None:
    """Change a ticket that is locked and whose actor is known to be allowed."""
    row, source = MOVES[action], ticket.state
    if source not in row.sources:
        message = _("%(number)s 号现在是“%(state)s”，不能%(action)s。页面已更新，请核对后再试。")
        shown = {"number": ticket.number, "state": ticket.get_state_display(), "action": row.label}
        raise ValidationError(message % shown, code="state")
    _EFFECTS[action](ticket, to)
    ticket.state = row.target
    ticket.save()
    TicketEvent.objects.create(
        ticket=ticket,
        action=action,
        source=source,
        target=ticket.state,
        window=ticket.window or to,
        by=actor.user,
        reason=reason,
    )
    log.record(ticket.about, f"ticket.{action}", actor=actor, data={"from": source, "to": ticket.state})


def _allowed(ticket: Ticket, action: str, actor: Actor) -> None:
    by = MOVES[action].by
    if actor == holder():
        fits = By.HOLDER in by
    elif not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        fits = False
    else:
        at_window = Shift.objects.filter(clerk=actor.user, window=ticket.window_id, closed_at__isnull=True)
        fits = By.SITE in by or (By.WINDOW in by and ticket.window_id is not None and at_window.exists())
    if not fits:
        log.denied(f"ticket.{action}", actor=actor, target=ticket.about, reason="not at the window, not the holder")
        raise PermissionDenied


def _call(ticket: Ticket, to: Window | None) -> None:
    ticket.window, ticket.sent_to = to, None
    ticket.called_at, ticket.calls = clock.now(), 1


def _recall(ticket: Ticket, _to: Any) -> None:
    ticket.called_at, ticket.calls = clock.now(), ticket.calls + 1


def _serve(ticket: Ticket, _to: Any) -> None:
    ticket.served_at = clock.now()


def _end(ticket: Ticket, _to: Any) -> None:
    ticket.ended_at = clock.now()


def _miss(ticket: Ticket, _to: Any) -> None:
    refused = too_soon(ticket)
    if refused is not None:
        raise refused
    ticket.ended_at = clock.now()
    ticket.window = None


def _send(ticket: Ticket, to: Window | None) -> None:
    if to is None or to.site_id != ticket.site_id or to.pk == ticket.window_id or not to.active:
        raise ValidationError({"to": ValidationError(_("请选择本网点的另一个窗口。"), code="window")})
    ticket.sent_to, ticket.window, ticket.served_at = to, None, None


def _return(ticket: Ticket, _to: Any) -> None:
    """Back into the queue behind a few others, so that who was there is not held up."""
    refused = _too_late(ticket)
    if refused is not None:
        raise refused
    after = turns.policy().return_after_tickets
    ahead = list(Ticket.objects.today().filter(site=ticket.site, line=ticket.line).waiting()[:after])
    moment = ahead[-1].turn_at + turns.INSTANT if ahead else clock.now()
    ticket.turn_at, ticket.ended_at = moment, None
    ticket.returns, ticket.calls = ticket.returns + 1, 0


def _too_late(ticket: Ticket) -> ValidationError | None:
    """Why a missed ticket cannot come back, if it cannot."""
    rules = turns.policy()
    if ticket.returns >= rules.returns_allowed:
        return ValidationError(_("这个号已经重排过，再次过号后请重新取号。"), code="returns")
    if ticket.day != clock.today() or clock.now() > ticket.ended_at + rules.missed_grace:
        message = _("过号超过 %(minutes)s 分钟，不能重排，请重新取号。") % {"minutes": rules.missed_grace_minutes}
        return ValidationError(message, code="grace")
    return None


_EFFECTS = {
    "call": _call,
    "recall": _recall,
    "serve": _serve,
    "finish": _end,
    "miss": _miss,
    "send": _send,
    "return": _return,
    "give_up": _end,
    "expire": _end,
}
