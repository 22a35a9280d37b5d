"""Chapter 4 in admin, gathered from its rooms."""

from apps.collaboration.assistance import admin as assistance
from apps.collaboration.banks import admin as banks
from apps.collaboration.courts import admin as courts
from apps.collaboration.delegated import admin as delegated
from apps.collaboration.fees import admin as fees
from apps.collaboration.insurance import admin as insurance
from apps.collaboration.messages import admin as messages
from apps.collaboration.price import admin as price
from apps.collaboration.qualification import admin as qualification
from apps.collaboration.registry import admin as registry

__all__ = [
    "assistance",
    "banks",
    "courts",
    "delegated",
    "fees",
    "insurance",
    "messages",
    "price",
    "qualification",
    "registry",
]
