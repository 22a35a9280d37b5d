"""The in-site inbox (站内信): always there, cannot be opted out of, and the legal record of a letter."""

from apps.kernel.notifications.channels.base import Channel
from apps.kernel.notifications.models import ChannelCode, Delivery
from apps.kernel.parties.models import Office, Party, User


class Inbox(Channel):
    code = ChannelCode.INBOX
    of_party = "'party/' || p.id"
    travels = False

    def check_config(self) -> list[str]:
        return []

    def address_of(self, to: Party | Office | User) -> str:
        return f"{type(to).__name__.lower()}/{to.pk}"

    def send(self, delivery: Delivery) -> str:
        """The row is the delivery: nothing is left to hand over."""
        return str(delivery.pk)

    def masked(self, address: str) -> str:
        return address.partition("/")[0]
