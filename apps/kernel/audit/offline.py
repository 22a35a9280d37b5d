"""Verify exported evidence without Django or a database: ``python offline.py EXPORT_DIRECTORY``.

Needs only the standard library and ``cryptography``. The portal's own ``verify_audit`` calls the
same functions, so what an outside auditor recomputes is exactly what the portal claims.

An event's hash is ``H(previous hash || sequence as 8 bytes || H(fields))``. Fields are length-prefixed
UTF-8 texts (length as 4 bytes, -1 for NULL) in the order of :data:`FIELDS`; ``at`` is microseconds since 1970
and ``data`` is PostgreSQL's own text of the jsonb value, carried as text so that nobody has to repeat
its number formatting. Stream heads are the leaves of a Merkle tree (RFC 6962: 0x00 before a leaf,
0x01 before a node) whose root is signed with Ed25519; each statement carries the digest of the one before.
"""

import base64
import binascii
import datetime as dt
import hashlib
import json
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHMS = ("sha256", "sm3")
FIELDS = (
    "id",
    "stream",
    "at",
    "action",
    "actor_id",
    "actor_label",
    "office_id",
    "party_id",
    "channel",
    "target",
    "data",
    "alg",
)


class Finding(NamedTuple):
    """One thing wrong: where (a stream, a checkpoint, a trigger) and what."""

    where: str
    what: str


# --- events ------------------------------------------------------------------------------


def event_hash(row: Mapping[str, Any], previous: bytes, seq: int) -> bytes:
    """The hash an event must carry, given the hash before it.

    :raises ValueError: when the row names an algorithm this verifier does not know.
    """
    if row["alg"] not in ALGORITHMS:
        raise ValueError(f"unknown algorithm {row['alg']!r}")
    body = bytearray()
    for name in FIELDS:
        if row[name] is None:
            body += b"\xff\xff\xff\xff"
        else:
            text = str(row[name]).encode()
            body += struct.pack(">i", len(text)) + text
    fields = hashlib.new(row["alg"], bytes(body)).digest()
    return hashlib.new(row["alg"], previous + struct.pack(">q", seq) + fields).digest()


@dataclass
class Chain:
    """The chain of one stream while it is being walked, event by event in order of sequence."""

    name: str
    seq: int = 0
    head: bytes = b""
    broken: str = ""

    def add(self, row: Mapping[str, Any]) -> None:
        """Take the next event; the first thing wrong is kept, since all after it rests on it."""
        if self.broken:
            return
        seq, stored = row["seq"], bytes(row["hash"])
        if seq != self.seq + 1:
            self.broken = (
                f"event {self.seq + 1} is missing" if seq > self.seq else f"event {seq} is there more than once"
            )
            return
        try:
            computed = event_hash(row, self.head, seq)
        except ValueError as error:
            self.broken = f"event {seq}: {error}"
            return
        if bytes(row["prev_hash"]) != self.head:
            self.broken = f"event {seq} does not link to event {seq - 1}"
        elif computed != stored:
            self.broken = f"event {seq} was altered"
        self.seq, self.head = seq, stored

    def compare_head(self, head: tuple[int, bytes] | None) -> str:
        """What is wrong between the events walked and the recorded head, or nothing."""
        if self.broken:
            return self.broken
        if head is None:
            return "has events but no head" if self.seq else ""
        seq, digest = head
        if not self.seq:
            return f"all {seq} events are gone"
        if self.seq < seq:
            return f"the tail is cut: events end at {self.seq}, the head says {seq}"
        if (self.seq, self.head) != (seq, digest):
            return f"the head says event {seq}, the events say {self.seq} with another hash"
        return ""


# --- checkpoints -------------------------------------------------------------------------


class Leaf(NamedTuple):
    """A stream's head at the moment of a checkpoint."""

    stream: str
    seq: int
    head: str

    def digest(self) -> bytes:
        text = json.dumps(list(self), ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(b"\x00" + text.encode()).digest()


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """The RFC 6962 tree head, folded as leaves arrive so that memory grows with the depth only."""
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, node = 1, leaf
        while peaks and peaks[-1][0] == size:
            left = peaks.pop()[1]
            node, size = hashlib.sha256(b"\x01" + left + node).digest(), size * 2
        peaks.append((size, node))
    if not peaks:
        return hashlib.sha256(b"").digest()
    root = peaks.pop()[1]
    while peaks:
        root = hashlib.sha256(b"\x01" + peaks.pop()[1] + root).digest()
    return root


@dataclass(frozen=True)
class Statement:
    """What a checkpoint signs."""

    sequence: int
    at: str
    previous: str
    leaves: int
    root: str

    def signed_bytes(self) -> bytes:
        return (
            f"audit-checkpoint-v1\n{self.sequence}\n{self.at}\n{self.previous}\n{self.leaves}\n{self.root}\n".encode()
        )

    def digest(self) -> str:
        """What the next statement carries as ``previous``; it covers this one's root."""
        return hashlib.sha256(self.signed_bytes()).hexdigest()


def file_name(sequence: int) -> str:
    """The name of a checkpoint's file."""
    return f"checkpoint-{sequence:09d}.jsonl"


def public_key_text(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """A public key as it is written in checkpoints and exports."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return base64.b64encode(public.public_bytes_raw()).decode()


def write_checkpoint(statement: Statement, leaves: list[Leaf], key: Ed25519PrivateKey) -> str:
    """The text of a checkpoint file: the signed statement, then one line per leaf."""
    header = {
        **statement.__dict__,
        "key": public_key_text(key),
        "signature": base64.b64encode(key.sign(statement.signed_bytes())).decode(),
    }
    lines = [json.dumps(header), *(json.dumps(list(leaf), ensure_ascii=False) for leaf in leaves)]
    return "\n".join(lines) + "\n"


class BrokenCheckpointError(Exception):
    """A checkpoint that cannot be trusted, and why."""


def read_checkpoint(text: str, trusted: set[str]) -> tuple[Statement, list[Leaf]]:
    """Parse a checkpoint and check its root and signature.

    :raises BrokenCheckpointError: when it is malformed, altered, or signed with a key that is not trusted.
    """
    try:
        first, *rest = text.splitlines()
        header = json.loads(first)
        leaves = [Leaf(*json.loads(line)) for line in rest]
        statement = Statement(**{name: header[name] for name in Statement.__dataclass_fields__})
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(header["key"]))
        signature = base64.b64decode(header["signature"])
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise BrokenCheckpointError(f"is malformed ({error})") from error
    if header["key"] not in trusted:
        raise BrokenCheckpointError("is signed with a key that is not trusted")
    try:
        key.verify(signature, statement.signed_bytes())
    except InvalidSignature as error:
        raise BrokenCheckpointError("has a wrong signature") from error
    if len(leaves) != statement.leaves or merkle_root(leaf.digest() for leaf in leaves).hex() != statement.root:
        raise BrokenCheckpointError("has leaves that do not give its signed root")
    return statement, leaves


class CheckpointChain:
    """Walks checkpoints in order: none missing, each resting on the one before."""

    def __init__(self, trusted: set[str]) -> None:
        self.trusted = trusted
        self.sequence = 0
        self.previous = ""
        self.at = dt.datetime.min.replace(tzinfo=dt.UTC)
        self.seen: set[str] = set()
        self.digests: dict[int, str] = {}
        self.findings: list[Finding] = []

    def add(self, name: str, text: str) -> list[Leaf]:
        """Take the next file; returns its leaves, none when it cannot be trusted."""
        self.seen.add(name)
        try:
            statement, leaves = read_checkpoint(text, self.trusted)
        except BrokenCheckpointError as error:
            self.findings.append(Finding(name, str(error)))
            return []
        if file_name(statement.sequence) != name:
            self.findings.append(Finding(name, f"says it is number {statement.sequence}"))
            return []
        between = [file_name(number) for number in range(self.sequence + 1, statement.sequence)]
        self.findings += [Finding(missing, "is missing") for missing in between if missing not in self.seen]
        if statement.sequence == self.sequence + 1 and statement.previous != self.previous:
            self.findings.append(Finding(name, "does not rest on the checkpoint before it"))
        self.sequence, self.previous = statement.sequence, statement.digest()
        self.at = dt.datetime.fromisoformat(statement.at)
        self.digests[self.sequence] = self.previous
        return leaves


def compare_leaf(leaf: Leaf, found: bytes | None) -> Finding | None:
    """Whether the event a checkpoint saw is still there with the same hash."""
    if found is None:
        return Finding(leaf.stream, f"event {leaf.seq}, seen by a signed checkpoint, is gone")
    if found.hex() != leaf.head:
        return Finding(
            leaf.stream, f"event {leaf.seq} is not the one a signed checkpoint saw: the stream was rewritten"
        )
    return None


# --- an export ---------------------------------------------------------------------------


def verify_export(directory: Path) -> tuple[int, list[Finding]]:
    """Verify an export; returns the number of events and what is wrong.

    Events are read once, line by line; only the hashes checkpoints speak of are kept.
    """
    manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    checkpoints = CheckpointChain(set(manifest["public_keys"]))
    leaves: list[Leaf] = []
    for path in sorted((directory / "checkpoints").glob("checkpoint-*.jsonl")):
        leaves += checkpoints.add(path.name, path.read_text(encoding="utf-8"))
    findings = checkpoints.findings
    only = manifest["stream"]
    leaves = [leaf for leaf in leaves if only in ("", leaf.stream)]
    wanted = {(leaf.stream, leaf.seq) for leaf in leaves}

    heads = {row["name"]: (row["seq"], bytes.fromhex(row["head"])) for row in _lines(directory / "streams.jsonl")}
    seen: dict[tuple[str, int], bytes] = {}
    chain: Chain | None = None
    events = 0
    for row in _lines(directory / "events.jsonl"):
        events += 1
        row["hash"], row["prev_hash"] = bytes.fromhex(row["hash"]), bytes.fromhex(row["prev_hash"])
        if chain is None or chain.name != row["stream"]:
            findings += _close(chain, heads)
            chain = Chain(row["stream"])
        chain.add(row)
        if (row["stream"], row["seq"]) in wanted:
            seen[row["stream"], row["seq"]] = row["hash"]
    findings += _close(chain, heads)
    findings += [Finding(name, f"all {seq} events are gone") for name, (seq, _) in heads.items()]
    findings += filter(None, (compare_leaf(leaf, seen.get((leaf.stream, leaf.seq))) for leaf in leaves))
    return events, findings


def _close(chain: Chain | None, heads: dict[str, tuple[int, bytes]]) -> list[Finding]:
    if chain is None:
        return []
    wrong = chain.compare_head(heads.pop(chain.name, None))
    return [Finding(chain.name, wrong)] if wrong else []


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def main(arguments: list[str]) -> int:
    """Verify the export named on the command line; 1 when anything is wrong."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    events, findings = verify_export(Path(arguments[0]))
    for finding in findings:
        sys.stdout.write(f"{finding.where}: {finding.what}\n")
    sys.stdout.write(f"{events} events checked, {len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
