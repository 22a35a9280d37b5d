"""Chapter 4 in admin, gathered from its rooms."""

from apps.collaboration.delegated import admin as delegated
from apps.collaboration.fees import admin as fees
from apps.collaboration.registry import admin as registry

__all__ = ["delegated", "fees", "registry"]
