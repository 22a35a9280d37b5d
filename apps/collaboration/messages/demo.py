"""The demonstration's partner systems sign with the public demonstration secret (Arts 22-30)."""

from apps.collaboration.messages.models import PartnerKey
from apps.kernel.parties.demo import PASSWORD
from apps.kernel.parties.models import PartnerClient

# Whose system tells chapter 4 something. A registry's only asks whether a certificate holds: it needs no secret.
TELLING = (
    "accounts.answer",
    "contributions.write",
    "delegated.write",
    "enforcement.write",
    "fees.write",
    "prices.write",
    "qualifications.write",
)


def seed() -> None:
    """A key for each; what is there stays."""
    for client in PartnerClient.objects.filter(client_id__startswith="demo-", scopes_allowed__overlap=list(TELLING)):
        PartnerKey.objects.get_or_create(client=client, defaults={"secret": PASSWORD})
