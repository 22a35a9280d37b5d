"""The ways out, as plug-ins: each says whether it is configured, whom it reaches, and sends."""

from apps.kernel.notifications.channels.base import Channel
from apps.kernel.notifications.channels.email import Email
from apps.kernel.notifications.channels.http import OneNetPush, TextMessage
from apps.kernel.notifications.channels.inbox import Inbox

__all__ = ["Channel", "available", "by_code", "every"]

_channels: dict[str, Channel] = {channel.code: channel for channel in (Inbox(), Email(), TextMessage(), OneNetPush())}


def every() -> list[Channel]:
    """Every channel, configured or not, in the order they are shown."""
    return list(_channels.values())


def available() -> list[Channel]:
    """The channels that are configured here; the others are not offered."""
    return [channel for channel in every() if not channel.check_config()]


def by_code(code: str) -> Channel:
    return _channels[code]
