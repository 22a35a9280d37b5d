"""The Ed25519 key that signs checkpoints, and the keys whose signatures are trusted."""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.kernel.audit.offline import public_key_text


def signing_key() -> Ed25519PrivateKey:
    """The key this installation signs with.

    :raises ImproperlyConfigured: when AUDIT_SIGNING_KEY is missing or no base64 seed of 32 bytes.
    """
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.AUDIT_SIGNING_KEY, validate=True))
    except (ValueError, binascii.Error) as error:
        raise ImproperlyConfigured("AUDIT_SIGNING_KEY must be a base64 Ed25519 seed of 32 bytes.") from error


def trusted_keys() -> set[str]:
    """Public keys whose checkpoints count: the present one and those listed as trusted."""
    own = {public_key_text(signing_key())} if settings.AUDIT_SIGNING_KEY else set()
    return own | set(settings.AUDIT_TRUSTED_KEYS)
