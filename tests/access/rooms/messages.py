"""Partner systems' refused messages: the tax offices' page (Arts 22-30)."""

from apps.collaboration.messages.models import RefusedMessage
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import PartnerClient
from tests.access.roles import TAX_STAFF, Role, reach

POLICIES = {
    **reach(TAX_STAFF, "messages_counter:index"),
    **reach(Role.CLERK | Role.OTHER_CLERK, "messages_counter:replay"),
}


def samples(people: dict[Role, Actor]) -> dict[str, str | None]:
    """A message of a system that has been switched off, so nothing comes of a replay."""
    client = PartnerClient.objects.create(
        name="停用的系统",
        office=people[Role.CLERK].office,
        client_type=PartnerClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=PartnerClient.GRANT_CLIENT_CREDENTIALS,
    )
    message = RefusedMessage.objects.create(
        client=client, method="POST", path="/api/v1/fees/sources/", body=b"{}", digest="0", code="wrong_signature"
    )
    return {"messages_counter:replay:ref": message.ref}
