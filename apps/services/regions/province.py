"""Partner provinces as a destination of the outbox: signed on the way out, their answer put on the case (Art 9)."""

import json

from django.conf import settings
from django.utils.translation import gettext as _

from apps.kernel.notifications import dispatch, posting
from apps.kernel.notifications.models import Dispatch
from apps.services.regions import forwarding, signatures
from apps.services.regions.models import Region
from apps.services.regions.sending import PATH


class Province(dispatch.Destination):
    """Every partner province, named ``region/<code>``."""

    code = "region"

    def check_config(self) -> list[str]:
        return [] if settings.REGION_SIGNING_KEY else [_("未设置 %s。") % "REGION_SIGNING_KEY"]

    def post(self, row: Dispatch) -> str:
        if problems := self.check_config():
            raise OSError(problems[0])
        region = Region.objects.get(pk=row.destination.partition("/")[2])
        body = row.body.encode()
        key = signatures.signer(settings.REGION_SIGNING_KEY)
        signed = signatures.headers(body, path=PATH, region=settings.REGION, key=key)
        return posting.post(region.address.rstrip("/") + PATH, body, signed).text

    def delivered(self, row: Dispatch) -> None:
        """The receiver of a forwarded matter answers with its own case number."""
        content = json.loads(row.body)
        if content["type"] == "matter.forward":
            forwarding.received_there(content["number"], json.loads(row.answer).get("reference", ""))
