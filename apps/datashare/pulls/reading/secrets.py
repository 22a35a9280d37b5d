"""The secret a source's settings name: from the environment, or a file of a secret store; never from the database."""

import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from apps.datashare.pulls.models.sources import SECRET_PREFIX
from apps.datashare.pulls.reading.base import SourceFailed


def resolve(name: str) -> str:
    """The secret with a name; "" without one.

    :raises SourceFailed: nobody has given this secret, or the name is not one of a pull's secrets.
    """
    if not name:
        return ""
    if not name.startswith(SECRET_PREFIX) or not name.isidentifier():
        raise SourceFailed(_("密钥名称 %(name)s 不能用于归集。") % {"name": name})
    value = os.environ.get(name)
    file = Path(settings.PULLS_SECRETS_DIR) / name
    if value is None and file.is_file():
        value = file.read_text(encoding="utf-8").strip()
    if not value:
        raise SourceFailed(_("没有配置密钥 %(name)s。") % {"name": name})
    return value
