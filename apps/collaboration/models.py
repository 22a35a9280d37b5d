"""Chapter 4's tables, gathered from its rooms."""

from apps.collaboration.registry.models import CertificateCheck

__all__ = ["CertificateCheck"]
