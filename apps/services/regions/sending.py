"""Messages out to a province, queued in the outbox (Art 9)."""

from typing import Any

from django.conf import settings

from apps.kernel.notifications import dispatch
from apps.kernel.notifications.models import Dispatch
from apps.services.regions.models import Region

PATH = "/api/v1/regions/messages/"


def send(region: Region, stream: str, kind: str, content: dict[str, Any]) -> Dispatch:
    """Queue one message of a kind."""
    envelope = {"type": kind, "from": settings.REGION, "to": region.code, **content}
    return dispatch.enqueue(f"region/{region.code}", stream, envelope)
