"""What letters and uploads need from their place."""

import shutil
import subprocess

from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name
from django.core.exceptions import ImproperlyConfigured

from apps.kernel.documents import clamd


def scanner_is_usable(**_kwargs: object) -> list[CheckMessage]:
    """An unset scanner is said aloud at deployment; a wrong address is an error."""
    if not clamd.is_configured():
        return [Warning("CLAMD_URL is not set: uploads are marked as not scanned.", id="documents.W001")]
    try:
        clamd.address()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="documents.E001")]
    return []


def chinese_font_is_there(**_kwargs: object) -> list[CheckMessage]:
    """Without a Chinese font a letter would be rows of empty boxes."""
    lister = shutil.which("fc-list")
    found = lister and subprocess.run([lister, ":lang=zh-cn", "family"], capture_output=True, check=False).stdout  # noqa: S603
    if found:
        return []
    return [
        Error(
            "No Chinese font is installed: letters could not be read.",
            hint="apt install fonts-noto-cjk",
            id="documents.E002",
        )
    ]
