"""Chapter 2 in admin, gathered from its rooms."""

from apps.services.agencies import admin as agencies
from apps.services.appointments import admin as appointments
from apps.services.assistance import admin as assistance
from apps.services.bundles import admin as bundles
from apps.services.channels import admin as channels
from apps.services.entitlement import admin as entitlement
from apps.services.filing import admin as filing
from apps.services.guidance import admin as guidance
from apps.services.invoices import admin as invoices
from apps.services.procedures import admin as procedures
from apps.services.queue import admin as queue
from apps.services.regions import admin as regions
from apps.services.sites import admin as sites
from apps.services.wizard import admin as wizard

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
    "procedures",
    "queue",
    "regions",
    "sites",
    "wizard",
]
