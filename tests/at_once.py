"""People at the same moment: jobs in threads of their own that start together, on real connections."""

import threading
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connections


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job returned, or the refusal it met."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=10)
            results[place] = job()
        except (ValidationError, PermissionDenied) as refusal:
            results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
