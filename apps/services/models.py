"""Chapter 2's tables, gathered from its rooms."""

from apps.services import procedures
from apps.services.agencies import models as agencies
from apps.services.appointments import models as appointments
from apps.services.assistance import models as assistance
from apps.services.bundles import models as bundles
from apps.services.channels import models as channels
from apps.services.entitlement import models as entitlement
from apps.services.filing import models as filing
from apps.services.guidance import models as guidance
from apps.services.invoices import models as invoices
from apps.services.onenet import models as onenet
from apps.services.queue import models as queue
from apps.services.regions import models as regions
from apps.services.sites import models as sites
from apps.services.wizard import models as wizard

__all__ = [
    "agencies",
    "appointments",
    "assistance",
    "bundles",
    "channels",
    "entitlement",
    "filing",
    "guidance",
    "invoices",
    "onenet",
    "procedures",
    "queue",
    "regions",
    "sites",
    "wizard",
]
