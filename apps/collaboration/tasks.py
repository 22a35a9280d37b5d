"""Chapter 4's scheduled work, gathered from its rooms for Celery to find."""

from apps.collaboration.banks import tasks as banks
from apps.collaboration.delegated import tasks as delegated
from apps.collaboration.fees import tasks as fees
from apps.collaboration.qualification import tasks as qualification

__all__ = [
    "fees",
    "qualification",
]
__all__ = ["delegated", "fees"]
from apps.collaboration.insurance import tasks as insurance

__all__ = ["fees", "insurance"]
__all__ = ["banks", "fees"]
