"""Whether this installation can sign its evidence."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name
from django.core.exceptions import ImproperlyConfigured

from apps.kernel.audit import keys


def signing_key_is_usable(**_kwargs: object) -> list[CheckMessage]:
    """A missing key is said aloud: without checkpoints a cut tail goes unseen."""
    if not settings.AUDIT_SIGNING_KEY:
        return [
            Warning(
                "AUDIT_SIGNING_KEY is not set: no checkpoints are written, so a cut tail would go unseen.",
                hint="Set it to a base64 Ed25519 seed: head -c 32 /dev/urandom | base64",
                id="audit.W001",
            )
        ]
    try:
        keys.signing_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="audit.E001")]
    return []
