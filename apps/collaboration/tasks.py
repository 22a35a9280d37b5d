"""Chapter 4's scheduled work, gathered from its rooms for Celery to find."""

from apps.collaboration.delegated import tasks as delegated
from apps.collaboration.fees import tasks as fees

__all__ = ["delegated", "fees"]
