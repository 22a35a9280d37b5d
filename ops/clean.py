"""`make clean`: removes all that `make run` and `make test` made here: data, caches, environment."""

import shutil
import subprocess
from pathlib import Path

from ops.environment import HOME, STATE

MADE = [".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache"]


def main() -> None:
    venv = HOME / ".venv"
    if (venv / "bin" / "python").exists():
        subprocess.run([venv / "bin" / "python", "-m", "ops.stop"], cwd=HOME, check=False)
    outside = STATE / "server-home"
    if outside.exists():
        shutil.rmtree(Path(outside.read_text()), ignore_errors=True)
    for folder in [STATE, *(HOME / name for name in MADE), *HOME.glob("**/__pycache__")]:
        shutil.rmtree(folder, ignore_errors=True)
    for compiled in HOME.glob("locale/*/LC_MESSAGES/*.mo"):
        compiled.unlink()
    if not venv.is_symlink():
        shutil.rmtree(venv, ignore_errors=True)


if __name__ == "__main__":
    main()
