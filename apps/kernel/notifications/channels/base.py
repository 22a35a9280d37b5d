"""What every channel can do."""

from abc import ABC, abstractmethod

from apps.kernel.notifications.models import ChannelCode, Delivery, Message
from apps.kernel.parties.models import Office, Party, User


class Channel(ABC):
    """One way out. ``travels`` is false when writing the row already is the delivery.

    ``of_party`` is ``address_of`` for a whole city at once: SQL over a row ``p`` of the parties.
    """

    code: ChannelCode
    of_party: str
    travels = True

    @abstractmethod
    def check_config(self) -> list[str]:
        """What is missing before this channel can be used; empty when it can."""

    @abstractmethod
    def address_of(self, to: Party | Office | User) -> str:
        """Where this channel reaches the recipient; empty when it does not."""

    def text(self, message: Message) -> str:
        """Exactly what this channel transmits, for those who must know what was truly sent."""
        return f"{message.subject}\n\n{message.body}"

    @abstractmethod
    def send(self, delivery: Delivery) -> str:
        """Hand the message over and return the provider's reference. Any exception means try again."""

    def masked(self, address: str) -> str:
        """The address as staff see it."""
        return f"{address[:3]}****{address[-2:]}"
