"""Keeps a set of processes: starts them in order, revives the dead, ends all in reverse order."""

import time

from ops.leftovers import Record
from ops.processes import DidNotStartError, Service

REVIVALS = 5
WITHIN_SECONDS = 600


class Supervisor:
    """The processes of one run."""

    def __init__(self, record: Record, *, revivals: int = REVIVALS) -> None:
        self.record = record
        self.revivals = revivals
        self.services: list[Service] = []
        self.deaths: dict[str, list[float]] = {}

    def start(self, *services: Service) -> None:
        """Start processes that may come up side by side; return when all serve."""
        for service in services:
            self.launch(service)
            self.services.append(service)
        for service in services:
            service.wait_ready()

    def watch(self) -> None:
        """Look after them until interrupted; raises when one keeps dying."""
        while True:
            time.sleep(0.5)
            self.revive_dead()

    def revive_dead(self) -> None:
        """Start again what has ended; raises when it ends too often."""
        for service in self.services:
            if not service.is_alive():
                self._revive(service)

    def stop(self) -> None:
        """End them, the last started first."""
        while self.services:
            self.services.pop().stop()

    def launch(self, service: Service) -> None:
        """Start one process and return at once."""
        service.start()
        self.record.remember(service)

    def _revive(self, service: Service) -> None:
        status = service.process.returncode
        service.stop()  # what it left behind in its process group
        now = time.monotonic()
        deaths = [at for at in self.deaths.get(service.name, []) if now - at < WITHIN_SECONDS]
        self.deaths[service.name] = [*deaths, now]
        if len(deaths) >= self.revivals:
            times = f"{len(deaths) + 1} times (last status {status})"
            raise DidNotStartError(f"{service.name} ended {times}; giving up.\n{service.last_words()}")
        print(f"{service.name} ended with status {status}; starting it again (log: {service.log})", flush=True)
        self.launch(service)
        service.wait_ready()
