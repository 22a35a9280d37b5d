"""Checks an archive package without the portal: files, chain, signature. Standard library and ``cryptography`` only.

The package is a ZIP of ``files/…``, ``index.csv``, ``manifest.json`` and ``signature.json``. Every file has a line
in the manifest with its digest and a link: SHA-256 of the link before, its path and its digest. The first link
rests on the head of the party's package before, the last is the package's head. The signature covers the
manifest's bytes.
"""

import base64
import hashlib
import json
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MANIFEST, SIGNATURE = "manifest.json", "signature.json"
VERSION = 1


def digest(content: bytes) -> str:
    """SHA-256 as text."""
    return hashlib.sha256(content).hexdigest()


def link(before: str, path: str, sha256: str) -> str:
    """The next link of the chain."""
    return digest(f"{before}\n{path}\n{sha256}".encode())


def chained(files: dict[str, bytes], previous: str) -> list[dict[str, Any]]:
    """The manifest's lines for the files in their order."""
    lines, before = [], previous
    for path, content in files.items():
        sha256 = digest(content)
        before = link(before, path, sha256)
        lines.append({"path": path, "size": len(content), "sha256": sha256, "link": before})
    return lines


def sign(manifest: bytes, key: Ed25519PrivateKey) -> bytes:
    """The signature file over a manifest."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return json.dumps(
        {
            "algorithm": "Ed25519",
            "public_key": base64.b64encode(public).decode(),
            "signature": base64.b64encode(key.sign(manifest)).decode(),
        },
        indent=2,
    ).encode()


def faults(package: Path | IO[bytes], *, trusted: Collection[str] = ()) -> list[str]:
    """Everything that is wrong with a package; empty when it is as it was sealed.

    Without ``trusted`` public keys the signature is checked against the key the package names itself.
    """
    try:
        with zipfile.ZipFile(package) as archive:
            return list(_faults(archive, frozenset(trusted)))
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        return [f"not a whole package: {error}"]


def _faults(archive: zipfile.ZipFile, trusted: frozenset[str]) -> Iterator[str]:
    names = archive.namelist()
    missing = [name for name in (MANIFEST, SIGNATURE) if name not in names]
    if missing:
        yield f"missing: {', '.join(missing)}"
        return
    written = archive.read(MANIFEST)
    yield from _signature_faults(written, archive.read(SIGNATURE), trusted)
    try:
        manifest = json.loads(written)
        lines, before = manifest["files"], manifest["previous"]
        for line in lines:
            path = line["path"]
            if path not in names:
                yield f"missing: {path}"
            elif digest(archive.read(path)) != line["sha256"]:
                yield f"changed: {path}"
            before = link(before, path, line["sha256"])
            if before != line["link"]:
                yield f"chain broken at: {path}"
        if manifest["head"] != before:
            yield "chain head does not match"
    except (ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        yield f"manifest cannot be read: {error!r}"
        return
    listed = {line["path"] for line in lines} | {MANIFEST, SIGNATURE}
    yield from (f"not in the manifest: {name}" for name in names if name not in listed)
    if len(set(names)) != len(names):
        yield "a name occurs twice"


def _signature_faults(manifest: bytes, written: bytes, trusted: frozenset[str]) -> Iterator[str]:
    try:
        said = json.loads(written)
        public = said["public_key"]
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(said["signature"], validate=True), manifest)
    except InvalidSignature:
        yield "signature does not match the manifest"
    except (ValueError, KeyError, TypeError) as error:
        yield f"signature cannot be read: {error!r}"
    else:
        if trusted and public not in trusted:
            yield "signed with a key that is not trusted"
