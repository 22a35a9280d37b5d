"""Chapter 4 in admin, gathered from its rooms."""

from apps.collaboration.fees import admin as fees
from apps.collaboration.insurance import admin as insurance
from apps.collaboration.registry import admin as registry

__all__ = ["fees", "insurance", "registry"]
