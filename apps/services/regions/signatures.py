"""HTTP message signatures between provinces: Ed25519 in the form of RFC 9421, content digest of RFC 9530.

Covered are the method, the path, the digest of the body and, as parameters, the time, the key and a
nonce. ``keyid`` names province and key ("330000:2f9c…"), so that keys can be changed without a pause.
"""

import base64
import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from apps.kernel.workcalendar import clock

WINDOW = dt.timedelta(minutes=5)
COVERED = '("@method" "@path" "content-digest")'
_PARAMETERS = re.compile(
    re.escape(COVERED) + r';created=(\d{1,12});keyid="(\d{6}):([0-9a-f]{16})";nonce="([\w-]{16,64})";alg="ed25519"'
)


class BadSignature(Exception):
    """Not signed by a known province, or not now."""


@dataclass(frozen=True)
class Claim:
    """What a signature says of itself before it is checked."""

    region: str
    key_id: str
    created: dt.datetime
    parameters: str
    signature: bytes


def signer(seed: str) -> Ed25519PrivateKey:
    """The private key of a base64 seed of 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half as base64, as partners enter it."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def key_id(public: str) -> str:
    """A key's name: the beginning of the digest of its public half."""
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:16]


def headers(body: bytes, *, path: str, region: str, key: Ed25519PrivateKey) -> dict[str, str]:
    """The three headers that sign a POST of ``body`` to ``path``."""
    created = int(clock.now().timestamp())
    parameters = (
        f'{COVERED};created={created};keyid="{region}:{key_id(public_text(key))}";'
        f'nonce="{secrets.token_urlsafe(18)}";alg="ed25519"'
    )
    digest = _digest(body)
    signature = base64.b64encode(key.sign(_base(path, digest, parameters))).decode()
    return {
        "Content-Digest": digest,
        "Signature-Input": f"sig1={parameters}",
        "Signature": f"sig1=:{signature}:",
    }


def claim(given: Mapping[str, str]) -> Claim:
    """What the headers say.

    :raises BadSignature: when they cannot be read.
    """
    match = _PARAMETERS.fullmatch(given.get("Signature-Input", "").removeprefix("sig1="))
    written = re.fullmatch(r"sig1=:([A-Za-z0-9+/]{86}==):", given.get("Signature", ""))
    if match is None or written is None:
        raise BadSignature("unreadable")
    created = dt.datetime.fromtimestamp(int(match[1]), dt.UTC)
    return Claim(match[2], match[3], created, match[0], base64.b64decode(written[1]))


def check(said: Claim, public: str, *, body: bytes, path: str, given: Mapping[str, str]) -> None:
    """Hold a claim to the key it names, the body that came and the present time.

    :raises BadSignature: saying what does not fit.
    """
    digest = _digest(body)
    if given.get("Content-Digest", "") != digest:
        raise BadSignature("digest")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
    try:
        key.verify(said.signature, _base(path, digest, said.parameters))
    except InvalidSignature as error:
        raise BadSignature("signature") from error
    if abs(clock.now() - said.created) > WINDOW:
        raise BadSignature("window")


def _digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def _base(path: str, digest: str, parameters: str) -> bytes:
    lines = ('"@method": POST', f'"@path": {path}', f'"content-digest": {digest}', f'"@signature-params": {parameters}')
    return "\n".join(lines).encode()
