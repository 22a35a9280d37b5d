"""`make stop`: ends the portal running in this folder, and what a killed one left behind."""

import os
import signal
import time

from ops import environment
from ops.holding import holder
from ops.leftovers import Record


def main() -> None:
    lock = environment.STATE / "lock"
    pid = holder(lock)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        while holder(lock) is not None:
            time.sleep(0.1)
    ended = Record(environment.STATE / "processes").end_leftovers()
    print("Stopped." if pid or ended else "Nothing was running here.")


if __name__ == "__main__":
    main()
