"""Unread messages, for the list of things to do."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import ngettext

from apps.kernel.notifications import inbox
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.todos import Todo


def unread_messages(actor: Actor) -> Iterator[Todo]:
    """One line that says how many messages wait."""
    if actor.party is None:
        return
    unread = inbox.unread_count(actor)
    if unread:
        yield Todo(
            title=ngettext("阅读 %d 条未读消息", "阅读 %d 条未读消息", unread) % unread,
            url=reverse("messages:inbox", args=[actor.party.ref]),
            kind="message",
        )
