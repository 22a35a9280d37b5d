"""Chapter 4's tables, gathered from its rooms."""

from apps.collaboration.delegated import models as delegated
from apps.collaboration.fees import models as fees
from apps.collaboration.registry import models as registry

__all__ = [
    "delegated",
    "fees",
    "registry",
]
