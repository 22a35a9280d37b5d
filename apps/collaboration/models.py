"""Chapter 4's tables, gathered from its rooms."""

from apps.collaboration.banks import models as banks
from apps.collaboration.courts import models as courts
from apps.collaboration.fees import models as fees
from apps.collaboration.registry import models as registry

__all__ = [
    "banks",
    "courts",
    "fees",
    "registry",
]
