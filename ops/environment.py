"""The environment of the portal's processes on this machine, kept in ``.run/env`` (mode 0600).

Secrets are made once and stay; addresses are written anew at each start. ``manage.py`` reads the
same file, so commands work on the running portal.
"""

import base64
import os
import secrets
import shlex
from collections.abc import Mapping
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
STATE = HOME / ".run"
SECRETS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(64),
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(24),
    "REDIS_PASSWORD": lambda: secrets.token_urlsafe(24),
    "PAYMENT_GATEWAY_SECRET": lambda: secrets.token_urlsafe(32),
    "PAYMENT_CALLBACK_SECRET": lambda: secrets.token_urlsafe(32),
    "OIDC_CLIENT_SECRET": lambda: secrets.token_urlsafe(32),
    "SMS_GATEWAY_SECRET": lambda: secrets.token_urlsafe(32),
    "YWTB_PUSH_SECRET": lambda: secrets.token_urlsafe(32),
    "PULL_SANDBOX_TOKEN": lambda: secrets.token_urlsafe(32),
    "REGION_SIGNING_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
    "AUDIT_SIGNING_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
}


def read(file: Path) -> dict[str, str]:
    """The values of an environment file; none when there is no file."""
    if not file.exists():
        return {}
    pairs = (line.partition("=") for line in file.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def write(file: Path, values: Mapping[str, str]) -> None:
    """Replace the file in one step, readable by its owner only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as output:
        output.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    fresh.replace(file)


def keep_secrets(file: Path) -> dict[str, str]:
    """The secrets of this place: those in the file, and new ones for those not yet made."""
    known = read(file)
    return {name: known.get(name) or make() for name, make in SECRETS.items()}
