"""Makes a fresh machine able to run or test the portal: packages of the system, then of Python.

Runs on the machine's own Python before ``.venv`` exists, so it uses the standard library only.
Everything already in place is left alone; a second start touches no network.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
OLDEST_PYTHON = (3, 11)
REQUIREMENTS = {"run": "requirements.txt", "test": "requirements-dev.txt"}


class CannotInstallError(RuntimeError):
    """What is missing cannot be installed from here; the message says how to do it."""


# --- packages of the system ------------------------------------------------------------------


def _library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def program(name: str) -> str | None:
    """Where a program is; Debian puts servers where only root's PATH looks."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def missing_packages(purpose: str) -> list[str]:
    """Debian's names of what this machine lacks: letters are set with Pango; Chromium and servers serve tests."""
    present = {
        "python3-venv": VENV.exists() or importlib.util.find_spec("ensurepip") is not None,
        "libpango-1.0-0": _library("libpango-1.0.so.0"),
        "libpangoft2-1.0-0": _library("libpangoft2-1.0.so.0"),
        "libharfbuzz-subset0": _library("libharfbuzz-subset.so.0"),
        "fontconfig": shutil.which("fc-list") is not None,
        "fonts-noto-cjk": _chinese_font(),
    }
    if purpose == "test":
        present["chromium"] = shutil.which(os.environ.get("CHROMIUM", "chromium")) is not None
        present["gettext"] = shutil.which("xgettext") is not None
        present["nginx"] = program("nginx") is not None
        present["pgbouncer"] = program("pgbouncer") is not None
    return [package for package, here in present.items() if not here]


def install_packages(packages: list[str]) -> None:
    """Install system packages when we may; otherwise say in one line what to install."""
    advice = f"Please install first: apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotInstallError(advice)
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    apt_get = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run([*apt_get, "update"], check=True, env=environment, stdout=subprocess.DEVNULL)
        subprocess.run(
            [*apt_get, "install", "-y", "--no-install-recommends", *packages],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
    except subprocess.CalledProcessError as failure:
        raise CannotInstallError(f"apt-get could not do it. {advice}") from failure


# --- packages of Python -------------------------------------------------------------------------


def fingerprint(purpose: str) -> str:
    """What the environment was built from; another fingerprint means: install again."""
    names = ["constraints.txt", "requirements.txt", REQUIREMENTS[purpose]]
    digest = hashlib.sha256(".".join(map(str, sys.version_info[:2])).encode())
    for name in names:
        digest.update((HOME / name).read_bytes())
    return digest.hexdigest()


def _works(python: Path) -> bool:
    if not python.exists():
        return False
    return subprocess.run([str(python), "-m", "pip", "-V"], capture_output=True, check=False).returncode == 0


def install_requirements(purpose: str) -> None:
    """Bring ``.venv`` to the pinned requirements unless it is there already."""
    stamp = VENV / f"installed-for-{purpose}"
    wanted = fingerprint(purpose)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    python = VENV / "bin" / "python"
    if not _works(python):
        print("Creating .venv", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    print(f"Installing {REQUIREMENTS[purpose]} into .venv (a few minutes, once)", flush=True)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "-qq"]
    if subprocess.run([*pip, "-r", REQUIREMENTS[purpose]], cwd=HOME, check=False).returncode:
        raise CannotInstallError(f"pip could not install {REQUIREMENTS[purpose]}; see its message above.")
    stamp.write_text(wanted)


def main(purpose: str) -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise CannotInstallError("Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ...")
    packages = missing_packages(purpose)
    if packages:
        install_packages(packages)
        still_missing = missing_packages(purpose)
        if still_missing:
            raise CannotInstallError(f"Installed, yet not found: {' '.join(still_missing)}")
    install_requirements(purpose)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except CannotInstallError as reason:
        sys.exit(str(reason))
