"""Chapter 3's scheduled work, gathered from its rooms for Celery to find."""

from apps.datashare.pulls import tasks as pulls

__all__ = ["pulls"]
