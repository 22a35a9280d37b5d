"""What travels with a letter by e-mail: the business it is about adds its papers when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.kernel.notifications.models import Message


@dataclass(frozen=True)
class Attachment:
    """One file of a letter."""

    name: str
    content: bytes
    mime: str


Source = Callable[[str], list[Attachment]]
_sources: dict[str, Source] = {}


def register(template: str, source: Source) -> None:
    """Let ``source(about)`` make the attachments of every letter of a template; called once at start-up."""
    _sources[template] = source


def of(message: Message) -> list[Attachment]:
    """The attachments of one letter; most have none."""
    source = _sources.get(message.template)
    return source(message.about) if source else []
