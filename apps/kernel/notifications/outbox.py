"""The door out: a message is a row in the sender's transaction, delivered after commit."""

import datetime as dt
from typing import Any

from apps.kernel.parties.models import Office, Party


def send(
    template: str,
    to: Party | Office,
    context: dict[str, Any],
    *,
    about: str = "",
    valid_until: dt.datetime | None = None,
) -> None:
    """Queue ``template`` for a taxpayer (every channel they take) or an office (its inbox).

    ``about`` names the object ("case/SH2026…"); after ``valid_until`` the message is not sent.
    """
