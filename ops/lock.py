"""`make lock`: resolves the requirements afresh and pins everything they bring in constraints.txt."""

import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
HEADING = "# The exact versions requirements.txt and requirements-dev.txt resolve to; regenerate with `make lock`.\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("requirements.txt", "requirements-telemetry.txt", "requirements-dev.txt"):
            (place / name).write_bytes((HOME / name).read_bytes())
        (place / "constraints.txt").touch()  # the old pins must not hold the new ones
        subprocess.run([sys.executable, "-m", "venv", str(place / "venv")], check=True)
        pip = [str(place / "venv" / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-q", "-r", "requirements-dev.txt"], cwd=place, check=True)
        pins = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout
    (HOME / "constraints.txt").write_text(HEADING + pins)


if __name__ == "__main__":
    main()
