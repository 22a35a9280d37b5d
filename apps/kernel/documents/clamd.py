"""Ask clamd about a stream of bytes: its INSTREAM command over TCP."""

import socket
import struct
from enum import Enum
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_CHUNK = 64 * 1024
_TIMEOUT = 20
_LONGEST_REPLY = 4096


class Verdict(Enum):
    """What the scanner says."""

    CLEAN = "clean"
    FOUND = "found"


class Scan(NamedTuple):
    """A verdict, and the name of what was found."""

    verdict: Verdict
    signature: str = ""


class ScannerUnavailable(Exception):
    """The scanner is down, slow, or answers something else than a verdict. Nothing is known of the file."""


def is_configured() -> bool:
    """Whether files are to be scanned here."""
    return bool(settings.CLAMD_URL)


def address() -> tuple[str, int]:
    """Host and port of CLAMD_URL.

    :raises ImproperlyConfigured: unless it reads ``tcp://host:port``.
    """
    try:
        parts = urlsplit(settings.CLAMD_URL)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured("CLAMD_URL must read tcp://host:port.") from error
    if parts.scheme != "tcp" or not parts.hostname or not port:
        raise ImproperlyConfigured("CLAMD_URL must read tcp://host:port.")
    return parts.hostname, port


def scan(file: IO[bytes]) -> Scan:
    """Scan a file from its beginning.

    :raises ScannerUnavailable: when there is no verdict for any reason.
    """
    try:
        with socket.create_connection(address(), timeout=_TIMEOUT) as connection:
            connection.sendall(b"zINSTREAM\0")
            file.seek(0)
            while chunk := file.read(_CHUNK):
                connection.sendall(struct.pack(">I", len(chunk)) + chunk)
            connection.sendall(struct.pack(">I", 0))
            reply = _reply(connection)
    except OSError as error:
        raise ScannerUnavailable(str(error)) from error
    if reply == "stream: OK":
        return Scan(Verdict.CLEAN)
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return Scan(Verdict.FOUND, reply.removeprefix("stream: ").removesuffix(" FOUND"))
    raise ScannerUnavailable(f"unexpected reply {reply[:80]!r}")


def _reply(connection: socket.socket) -> str:
    """One reply, ended by a zero byte; half a reply is none."""
    received = b""
    while not received.endswith(b"\0"):
        part = connection.recv(_LONGEST_REPLY)
        if not part or len(received) > _LONGEST_REPLY:
            raise ScannerUnavailable(f"truncated reply {received[:80]!r}")
        received += part
    return received[:-1].decode(errors="replace")
