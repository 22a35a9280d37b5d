"""SMS and 一网通办 push (Arts 12, 15): signed JSON to the provider's HTTP interface."""

import json
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from apps.kernel.notifications import posting, signatures
from apps.kernel.notifications.channels.base import Channel
from apps.kernel.notifications.models import ChannelCode, Delivery, Message
from apps.kernel.parties.models import Office, Party, User


class _SignedPost(Channel):
    """A provider that takes one signed JSON post per message."""

    url_setting: str
    secret_setting: str

    def check_config(self) -> list[str]:
        return [
            _("未设置 %s。") % name for name in (self.url_setting, self.secret_setting) if not getattr(settings, name)
        ]

    def payload(self, delivery: Delivery) -> dict[str, Any]:
        return {"id": str(delivery.pk), "to": delivery.address, "text": self.text(delivery.message)}

    def send(self, delivery: Delivery) -> str:
        body = json.dumps(self.payload(delivery), ensure_ascii=False).encode()
        headers = {
            # The provider drops a second post with the same key: at least once becomes once.
            "Idempotency-Key": str(delivery.pk),
            **signatures.headers(body, secret=getattr(settings, self.secret_setting)),
        }
        return _reference(posting.post(getattr(settings, self.url_setting), body, headers))


def _reference(answer: httpx.Response) -> str:
    """The provider's own number when it gives one; a bare 200 is as good."""
    try:
        return str(answer.json().get("reference", ""))[:120]
    except (ValueError, AttributeError):
        return ""


class TextMessage(_SignedPost):
    """SMS (短信): the subject line only, since anyone may see a telephone's screen."""

    code = ChannelCode.SMS
    of_party = "p.phone"
    url_setting, secret_setting = "SMS_GATEWAY_URL", "SMS_GATEWAY_SECRET"

    def address_of(self, to: Party | Office | User) -> str:
        return to.phone if isinstance(to, Party) else ""

    def text(self, message: Message) -> str:
        return message.subject


class OneNetPush(_SignedPost):
    """Push to the citizen's or enterprise's page on 一网通办, addressed by the portal's opaque reference."""

    code = ChannelCode.PUSH
    of_party = "p.ref"
    url_setting, secret_setting = "YWTB_PUSH_URL", "YWTB_PUSH_SECRET"

    def address_of(self, to: Party | Office | User) -> str:
        return to.ref if isinstance(to, Party) else ""

    def payload(self, delivery: Delivery) -> dict[str, Any]:
        return {**super().payload(delivery), "title": delivery.message.subject, "text": delivery.message.body}
