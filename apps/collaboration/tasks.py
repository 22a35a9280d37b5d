"""Chapter 4's scheduled work, gathered from its rooms for Celery to find."""

from apps.collaboration.banks import tasks as banks
from apps.collaboration.delegated import tasks as delegated
from apps.collaboration.fees import tasks as fees
from apps.collaboration.insurance import tasks as insurance
from apps.collaboration.qualification import tasks as qualification

__all__ = ["banks", "delegated", "fees", "insurance", "qualification"]
