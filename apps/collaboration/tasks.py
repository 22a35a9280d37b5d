"""Chapter 4's scheduled work, gathered from its rooms for Celery to find."""

from apps.collaboration.banks import tasks as banks
from apps.collaboration.fees import tasks as fees

__all__ = ["banks", "fees"]
