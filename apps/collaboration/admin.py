"""Chapter 4 in admin, gathered from its rooms."""

from apps.collaboration.assistance import admin as assistance
from apps.collaboration.banks import admin as banks
from apps.collaboration.courts import admin as courts
from apps.collaboration.delegated import admin as delegated
from apps.collaboration.fees import admin as fees
from apps.collaboration.price import admin as price
from apps.collaboration.qualification import admin as qualification
from apps.collaboration.registry import admin as registry

__all__ = [
    "assistance",
    "fees",
    "price",
    "qualification",
    "registry",
]
__all__ = ["delegated", "fees", "registry"]
from apps.collaboration.insurance import admin as insurance

__all__ = ["fees", "insurance", "registry"]
__all__ = ["banks", "courts", "fees", "registry"]
