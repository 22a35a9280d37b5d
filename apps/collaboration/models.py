"""Chapter 4's tables, gathered from its rooms."""

from apps.collaboration.assistance import models as assistance
from apps.collaboration.banks import models as banks
from apps.collaboration.courts import models as courts
from apps.collaboration.delegated import models as delegated
from apps.collaboration.fees import models as fees
from apps.collaboration.insurance import models as insurance
from apps.collaboration.messages import models as messages
from apps.collaboration.price import models as price
from apps.collaboration.qualification import models as qualification
from apps.collaboration.registry import models as registry

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
