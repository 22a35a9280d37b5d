"""`make backup [TO=folder]`: the running portal's data as a folder that can be checked and put back.

A backup is the database as PostgreSQL dumps it, the files people handed in and the portal issued, the
evidence checkpoints, the archive, and a manifest with the digest of each. The secrets are not in it: whoever holds a
backup reads sealed identities no better than whoever holds the database.
"""

import argparse
import datetime as dt
import hashlib
import json
import subprocess
import sys
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path

from ops import environment
from ops.postgres import WHEEL

PROGRAMS = WHEEL / "pginstall" / "bin"
DATABASE, FILES, MANIFEST = "database.dump", "files.tar.gz", "manifest.json"
FOLDERS = ("media", "evidence", "archive")


class DamagedError(RuntimeError):
    """A part of a backup is missing or not what the manifest says."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: when it was taken, and the SHA-256 of each part."""

    taken_at: str
    parts: dict[str, str]


def take(database_url: str, state: Path, target: Path) -> Manifest:
    """Write a backup of a database and a state folder into ``target``, which must not exist.

    The dump is one snapshot. Files are written before the rows that name them, so copying them after the
    dump never leaves a row without its file.
    """
    target.mkdir(parents=True)
    dump = [PROGRAMS / "pg_dump", "--format=custom", "--no-owner", f"--file={target / DATABASE}", database_url]
    subprocess.run(dump, check=True)
    with tarfile.open(target / FILES, "w:gz") as archive:
        for folder in FOLDERS:
            if (state / folder).exists():
                archive.add(state / folder, arcname=folder)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")  # noqa: TID251 - the moment of the backup itself
    manifest = Manifest(now, {name: _digest(target / name) for name in (DATABASE, FILES)})
    (target / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    return manifest


def check(source: Path) -> Manifest:
    """The manifest of a backup whose every part is as it was written.

    :raises DamagedError: naming the part that is not.
    """
    if not (source / MANIFEST).exists():
        raise DamagedError(f"{source} has no {MANIFEST}: it is no backup, or one that was cut short.")
    manifest = Manifest(**json.loads((source / MANIFEST).read_text(encoding="utf-8")))
    for name, digest in manifest.parts.items():
        if not (source / name).exists() or _digest(source / name) != digest:
            raise DamagedError(f"{name} is missing or has changed since the backup was taken.")
    return manifest


def put_back(source: Path, database_url: str, state: Path) -> Manifest:
    """Restore a checked backup into an empty database and a state folder.

    :raises DamagedError: before anything is touched.
    """
    manifest = check(source)
    restore = [PROGRAMS / "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"]
    subprocess.run([*restore, f"--dbname={database_url}", source / DATABASE], check=True)
    with tarfile.open(source / FILES) as archive:
        archive.extractall(state, filter="data")
    return manifest


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description="Back up the portal that runs in this folder.")
    parser.add_argument("--to", type=Path, help="a new folder; .run/backups/<moment> without")
    settings = environment.read(environment.STATE / "env")
    if "DATABASE_URL" not in settings:
        sys.exit("Nothing has run here yet: there is nothing to back up.")
    stamp = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"  # noqa: TID251 - a folder's name
    target = parser.parse_args().to or environment.STATE / "backups" / stamp
    take(settings["DATABASE_URL"], environment.STATE, target)
    print(f"{target}: {sum(part.stat().st_size for part in target.iterdir()):,} bytes")


if __name__ == "__main__":
    main()
