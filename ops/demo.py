"""What a person who just started the demonstration needs to know: address, accounts, one-time code."""

import base64
import hashlib
import hmac
import struct
import sys
import time
from pathlib import Path

PASSWORD = "Portal-demo-2026"  # noqa: S105 - the demonstration's published password
TOTP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - the demonstration's published secret

TAXPAYERS = {
    "citizen": "a resident",
    "elder": "80, uses a wheelchair",
    "guardian": "acts for elder",
    "enterprise": "legal representative of a company",
    "accountant": "mandated by two companies",
    "agency": "tax professional",
}
STAFF = {
    "clerk": "handles cases at a tax office",
    "chief": "approves",
    "bureau": "handles cases at the district bureau",
    "bureau-chief": "heads the district bureau: approves what a law leaves to it, as freezing an account",
    "risk": "risk desk",
    "reports": "handles reported violations",
    "custodian": "keeps identity keys",
    "auditor": "reads the evidence",
    "reviewer": "second person: decides what admin proposes",
    "admin": "administrator",
}
DEPARTMENTS = (
    *("bdc", "hrss", "medical", "planning", "water", "civildefence", "market", "police"),
    *("civilaffairs", "registry", "bank", "court", "procuratorate", "price", "development", "grid"),
    *("office", "office-second"),
)


def one_time_code(at: float) -> str:
    """The six digits an authenticator shows for the demonstration secret (RFC 6238)."""
    digest = hmac.new(base64.b32decode(TOTP_SECRET), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def welcome(address: str, *, seconds: float) -> str:
    """The text `make run` ends its start with."""
    lines = [
        "",
        f"The portal is at {address}/  (ready after {seconds:.0f} s; Ctrl-C stops everything)",
        "",
        f"Demo accounts, password {PASSWORD}",
        *(f"  {name:<11} {who}" for name, who in TAXPAYERS.items()),
        f"Staff, with a one-time code from the secret {TOTP_SECRET} (`make code` shows the current one)",
        *(f"  {name:<11} {who}" for name, who in STAFF.items()),
        "Departments, likewise",
        f"  {' '.join(DEPARTMENTS[:8])}",
        f"  {' '.join(DEPARTMENTS[8:])}",
        "",
    ]
    return "\n".join(lines)


def outside(*, sms: int, onenet: int, mails: Path) -> str:
    """Where to read what the portal sent to the systems outside."""
    return "\n".join(
        (
            "What the portal sends out",
            f"  text messages  http://127.0.0.1:{sms}/",
            f"  一网通办        http://127.0.0.1:{onenet}/",
            f"  e-mail         {mails}/",
            "",
        )
    )


if __name__ == "__main__":
    sys.stdout.write(one_time_code(time.time()) + "\n")  # noqa: TID251 - a code of this very half minute
