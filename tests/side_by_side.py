"""Tests side by side: each pytest process has a broker database and a state folder of its own.

Loaded with ``-p`` before the settings are read. pytest-django gives each process its own PostgreSQL
database; the Redis-protocol server has numbered ones, and what a process writes to disk must not meet.
"""

import os
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if _worker:
    _number = 1 + int(_worker.removeprefix("gw"))
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{_number}"
    _state = Path(os.environ["STATE_DIR"])
    os.environ["STATE_DIR"] = str(_state.with_name(f"{_state.name}-{_worker}"))
    # Static files are the same for all and collected once, before the tests.
    Path(os.environ["STATE_DIR"]).mkdir(parents=True, exist_ok=True)
    for _shared in ("static", "static-files"):
        _link = Path(os.environ["STATE_DIR"]) / _shared
        if not _link.exists():
            _link.symlink_to(_state / _shared)
