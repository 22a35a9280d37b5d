"""Chapter 4 in admin, gathered from its rooms."""

from apps.collaboration.registry import admin as registry

__all__ = ["registry"]
