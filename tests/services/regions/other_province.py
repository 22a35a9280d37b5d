"""What the second instance does in its own process: ``python -m tests.services.regions.other_province <what>``."""

import json
import os
import sys

import django


def prepare(given: dict[str, str]) -> None:
    """Tables, law, a city tax office with a clerk and a chief who come by API, and Shanghai as partner."""
    from django.contrib.auth.hashers import make_password  # noqa: PLC0415 - models exist only after setup
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from apps.kernel.parties.models import PartnerClient, Role  # noqa: PLC0415 - as above
    from apps.services.regions.models import Region, RegionKey  # noqa: PLC0415 - as above
    from tests import factories  # noqa: PLC0415 - as above

    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_law", verbosity=0)
    office = factories.tax_office("国家税务总局浙江省税务局")
    office.kind = "tax_city"
    office.save()
    for who in (Role.CLERK, Role.CHIEF):
        PartnerClient.objects.create(
            client_id=who,
            name=who,
            user=factories.staff(office, who).user,
            office=office,
            client_secret=make_password(given["secret"]),
            client_type=PartnerClient.CLIENT_CONFIDENTIAL,
            authorization_grant_type=PartnerClient.GRANT_CLIENT_CREDENTIALS,
            scopes_allowed=["cases"],
        )
    shanghai = Region.objects.create(code="310000", name="上海市", address=given["address"])
    RegionKey.objects.create(region=shanghai, public_key=given["key"])


def send(_given: object) -> None:
    """One sweep of the outbox."""
    from apps.kernel.notifications import dispatch  # noqa: PLC0415 - as above
    from apps.kernel.notifications.models import Dispatch  # noqa: PLC0415 - as above

    dispatch.send_due()
    sys.stdout.write(json.dumps(list(Dispatch.objects.order_by("created_at").values_list("state", "last_error"))))


def cases(_given: object) -> None:
    """The cases other provinces sent, as they stand."""
    from apps.services.regions.models import Incoming  # noqa: PLC0415 - as above

    rows = Incoming.objects.order_by("pk").values("case__number", "case__state", "region", "their_number", "statement")
    sys.stdout.write(json.dumps(list(rows), ensure_ascii=False))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taxportal.settings")
    django.setup()
    what, given = sys.argv[1], sys.argv[2]
    {"prepare": prepare, "send": send, "cases": cases}[what](json.loads(given) if given else None)
