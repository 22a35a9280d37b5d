"""File delivery: the drop folder of the portal, or a department's SFTP server with a pinned key.

A file is taken once: its time and name are the cursor. A snapshot source takes the newest file, a change
source the oldest it has not taken. Beside ``x.csv`` may lie ``x.csv.control.json``: ``{"rows": 9, "sum": "1.00"}``.
"""

import base64
import contextlib
import datetime as dt
import fnmatch
import io
import json
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import urlsplit

import paramiko
from django.conf import settings
from django.utils.translation import gettext as _

from apps.datashare.pulls.contract import Contract
from apps.datashare.pulls.models import Pull, PullSource
from apps.datashare.pulls.reading import formats, network, retrying, secrets
from apps.datashare.pulls.reading.base import AnotherFile, Batch, Delivery, SourceFailed, Tally
from apps.datashare.pulls.reading.retrying import TryAgain

CONTROL = ".control.json"
TAKEN = (*formats.SUFFIXES, ".zip")
SFTP_SECONDS = 30
Entry = tuple[dt.datetime, str]  # when it was written, its name


class Shelf(Protocol):
    """A place where files lie."""

    def entries(self) -> list[Entry]:
        """What lies there."""

    def fetch(self, name: str, folder: Path) -> Path:
        """A file, here."""

    def text(self, name: str) -> str | None:
        """A small file's text, None when it is not there."""

    def close(self) -> None:
        """Let go."""


class DropFolder:
    """A folder under the portal's drop directory; the address may end in a pattern."""

    def __init__(self, address: str) -> None:
        root = Path(settings.PULLS_DROP_DIR).resolve()
        place = (root / address).resolve()
        if not place.is_relative_to(root):
            raise SourceFailed(_("投递目录必须在系统的投递区内。"))
        self.folder, self.pattern = (place, "*") if place.is_dir() else (place.parent, place.name)

    def entries(self) -> list[Entry]:
        if not self.folder.is_dir():
            raise SourceFailed(_("投递目录不存在。"))
        return [
            (dt.datetime.fromtimestamp(file.stat().st_mtime, dt.UTC), file.name)
            for file in self.folder.iterdir()
            if file.is_file() and fnmatch.fnmatch(file.name, self.pattern)
        ]

    def fetch(self, name: str, folder: Path) -> Path:
        return self.folder / name

    def text(self, name: str) -> str | None:
        file = self.folder / name
        return file.read_text("utf-8") if file.is_file() else None

    def close(self) -> None:
        """Nothing is held."""


class SftpFolder:
    """A folder on a department's server. Only the pinned host key is accepted. The secret is ``user:password``
    or ``user:`` followed by a private key in PEM."""

    def __init__(self, source: PullSource) -> None:
        place = urlsplit(source.address)
        host, port = place.hostname or "", place.port or 22
        path = PurePosixPath(place.path or "/")
        self.folder, self.pattern = (str(path.parent), path.name) if "*" in path.name else (str(path), "*")
        self.transport = self._connected(source, network.address(host, port, network.listed()), port)
        self.client = paramiko.SFTPClient.from_transport(self.transport)

    @staticmethod
    def _connected(source: PullSource, address: str, port: int) -> paramiko.Transport:
        user, _colon, secret = secrets.resolve(source.secret).partition(":")
        kind, key, *_comment = source.host_key.split()
        pinned = paramiko.PKey.from_type_string(kind, base64.b64decode(key))
        line = socket.create_connection((address, port), timeout=SFTP_SECONDS)
        line.settimeout(SFTP_SECONDS)
        transport = paramiko.Transport(line)
        transport.banner_timeout = transport.auth_timeout = SFTP_SECONDS
        try:
            transport.get_security_options().key_types = _signatures(kind)
            transport.connect(pinned, username=user, **_proof(secret))
        except BaseException:
            transport.close()
            raise
        return transport

    def entries(self) -> list[Entry]:
        return [
            (dt.datetime.fromtimestamp(each.st_mtime or 0, dt.UTC), each.filename)
            for each in self.client.listdir_attr(self.folder)
            if fnmatch.fnmatch(each.filename, self.pattern)
        ]

    def fetch(self, name: str, folder: Path) -> Path:
        target = folder / f"fetched{Path(name).suffix}"
        self.client.get(f"{self.folder}/{name}", str(target))
        return target

    def text(self, name: str) -> str | None:
        with contextlib.suppress(FileNotFoundError), self.client.open(f"{self.folder}/{name}") as file:
            return file.read(65_536).decode()
        return None

    def close(self) -> None:
        self.transport.close()


class FileReader:
    """The next file of a shelf, being read."""

    def __init__(self, run: Pull, contract: Contract) -> None:
        self.run, self.source, self.contract = run, run.source, contract
        self.tally = Tally()
        self.held = contextlib.ExitStack()
        self.delivery: Delivery | None = None
        try:
            self.folder = Path(self.held.enter_context(tempfile.TemporaryDirectory(prefix="pull-")))
            self.shelf: Shelf = retrying.call(self._shelf, self.tally)
            self.held.callback(self.shelf.close)
            self._choose()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.held.close()

    def pages(self, position: str) -> Iterator[Batch]:
        if self.delivery is None:
            return
        if self.run.file_hash and self.run.file_hash != self.delivery.sha256:
            raise AnotherFile
        control = self._control()
        path = formats.unzipped(self.path, self.folder)
        for batch in formats.pages(path, self.contract, self.source.updated_field, position):
            yield replace(batch, **control) if batch.last else batch

    def _shelf(self) -> Shelf:
        if self.source.kind == PullSource.Kind.DROP:
            return DropFolder(self.source.address)
        try:
            return SftpFolder(self.source)
        except paramiko.BadHostKeyException as error:
            raise SourceFailed(_("SFTP 主机公钥与登记的不一致，已拒绝连接。")) from error
        except paramiko.AuthenticationException as error:
            raise SourceFailed(_("SFTP 拒绝了登录。")) from error
        except paramiko.SSHException as error:
            if "host key" in str(error).lower() or "negotiation" in str(error).lower():
                raise SourceFailed(_("SFTP 主机公钥与登记的不一致，已拒绝连接。")) from error
            raise TryAgain(_("SFTP 没有应答。")) from error
        except (OSError, EOFError) as error:
            raise TryAgain(_("SFTP 没有应答。")) from error

    def _choose(self) -> None:
        """Find the file to read; a run that has begun one goes on with that one."""
        entries = [
            entry
            for entry in self._called(self.shelf.entries)
            if entry[1].lower().endswith(TAKEN) and not entry[1].endswith(CONTROL)
        ]
        taken = self.source.cursor_at
        if self.run.file_name:
            entries = [entry for entry in entries if entry[1] == self.run.file_name]
        elif taken is not None and not self.run.whole:
            entries = [entry for entry in entries if entry > (taken, self.source.cursor_key)]
        if not entries:
            return
        snapshot = self.source.mode == PullSource.Mode.SNAPSHOT
        at, name = max(entries) if snapshot else min(entries)
        self.path = self._called(lambda: self.shelf.fetch(name, self.folder))
        self.delivery = Delivery(name, formats.sha256(self.path), at)

    def _control(self) -> dict[str, Any]:
        text = self._called(lambda: self.shelf.text(f"{self.delivery.name}{CONTROL}"))
        if text is None:
            return {}
        try:
            given = json.loads(text, parse_float=str)
            return {
                **({} if given.get("rows") is None else {"control_rows": int(given["rows"])}),
                **({} if given.get("sum") is None else {"control_sum": Decimal(given["sum"])}),
            }
        except (ValueError, AttributeError, TypeError, InvalidOperation) as error:
            raise SourceFailed(_("控制总数文件不能读取。")) from error

    def _called(self, work: Any) -> Any:
        def once() -> Any:
            try:
                return work()
            except (OSError, EOFError, paramiko.SSHException) as error:
                raise TryAgain(_("文件不能读取：%(why)s") % {"why": type(error).__name__}) from error

        return retrying.call(once, self.tally)


def _signatures(kind: str) -> tuple[str, ...]:
    """The signature algorithms a pinned key may be proved with."""
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)


def _proof(secret: str) -> dict[str, Any]:
    if not secret.lstrip().startswith("-----BEGIN"):
        return {"password": secret}
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with contextlib.suppress(paramiko.SSHException, ValueError):
            return {"pkey": kind.from_private_key(io.StringIO(secret))}
    raise SourceFailed(_("SFTP 私钥不能读取。"))
