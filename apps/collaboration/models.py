"""Chapter 4's tables, gathered from its rooms."""

from apps.collaboration.fees import models as fees
from apps.collaboration.insurance import models as insurance
from apps.collaboration.registry import models as registry

__all__ = [
    "fees",
    "insurance",
    "registry",
]
