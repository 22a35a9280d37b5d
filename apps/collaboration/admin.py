"""Chapter 4 in admin, gathered from its rooms."""

from apps.collaboration.banks import admin as banks
from apps.collaboration.courts import admin as courts
from apps.collaboration.fees import admin as fees
from apps.collaboration.registry import admin as registry

__all__ = ["banks", "courts", "fees", "registry"]
