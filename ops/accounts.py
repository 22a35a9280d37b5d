"""Under which account a server may run, and where that account can read and write.

PostgreSQL refuses to run as root. When we are root it runs as ``nobody``, in a folder ``nobody``
can reach: the project's own when it can be traversed, one under ``/var/lib`` otherwise.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


def unprivileged() -> int | None:
    """The account for servers that refuse root; None means: our own."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def owned_folder(folder: Path, *, account: int | None) -> Path:
    """A folder that belongs to the account alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account, account)
    folder.chmod(0o700)
    return folder


def can_enter(folder: Path, *, account: int | None) -> bool:
    """Whether the account can traverse the folder and all above it."""
    if account is None:
        return True
    test = ["test", "-x", str(folder)]
    return subprocess.run(test, **acting_as(account), check=False, cwd="/").returncode == 0


def server_home(state: Path, *, account: int | None) -> Path:
    """Where a server of the account keeps its files: beside our state if it can get there.

    Otherwise a folder under ``/var/lib`` that ``state`` remembers.
    """
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o711)  # what is secret in it has a mode of its own
    if can_enter(state, account=account):
        return state
    note = state / "server-home"
    if not note.exists():
        note.write_text(tempfile.mkdtemp(prefix="taxportal-", dir="/var/lib"))
    home = Path(note.read_text())
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    return home


def can_run(program: Path, *, account: int | None) -> bool:
    """Whether the account can start the program."""
    try:
        run = subprocess.run(
            [str(program), "--version"], **acting_as(account), capture_output=True, check=False, cwd="/"
        )
    except OSError:
        return False
    return run.returncode == 0


def acting_as(account: int | None) -> dict:
    """What ``subprocess`` must be told to run something under the account."""
    return {} if account is None else {"user": account, "group": account, "extra_groups": []}


def readable_copy(folder: Path, target: Path) -> None:
    """A copy of the folder that every account can read and run."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, symlinks=True)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
