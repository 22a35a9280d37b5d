"""E-mail through the configured SMTP server (电子邮件)."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from apps.kernel.notifications import attachments
from apps.kernel.notifications.channels.base import Channel
from apps.kernel.notifications.models import ChannelCode, Delivery
from apps.kernel.parties.models import Office, Party, User


class Email(Channel):
    code = ChannelCode.EMAIL
    of_party = "p.email"

    def check_config(self) -> list[str]:
        return [] if settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL else [_("未设置 EMAIL_URL。")]

    def address_of(self, to: Party | Office | User) -> str:
        # An office reads its inbox; a shared mailbox outside the portal is no place for taxpayers' matters.
        return "" if isinstance(to, Office) else to.email

    def send(self, delivery: Delivery) -> str:
        message = delivery.message
        # One Message-ID per delivery, so a mailbox recognises the same letter sent twice.
        identifier = f"<{delivery.pk}@{settings.DEFAULT_FROM_EMAIL.split('@')[-1].rstrip('>')}>"
        letter = EmailMessage(
            # A header holds one line, whatever a name in the subject contains.
            " ".join(message.subject.split()),
            message.body,
            to=[delivery.address],
            headers={"Message-ID": identifier},
        )
        for paper in attachments.of(message):
            letter.attach(paper.name, paper.content, paper.mime)
        letter.send()
        return identifier

    def masked(self, address: str) -> str:
        name, _at, domain = address.partition("@")
        return f"{name[:1]}***@{domain}"
