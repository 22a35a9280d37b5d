"""A worker that is killed: ``python -m tests.datashare.pulls.killed <run> <where> <page>`` pulls and kills itself.

``where``: after a page landed, inside the landing of a page, inside the merge, or nowhere. ``slow`` dies nowhere and
takes its time after each page, for whoever wants to break something meanwhile.
"""

import os
import signal
import sys
import time

import django

django.setup()

from apps.datashare.pulls import landing, merging, working  # noqa: E402 - Django comes first
from apps.datashare.pulls.models import Lease  # noqa: E402 - as above
from apps.datashare.pulls.reading import csv_pages  # noqa: E402 - as above

csv_pages.PIECE = 4096
SLOW_SECONDS = 0.15


def die(*_args: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(run: int, deaths: list[tuple[str, int]]) -> None:
    for where, page in deaths:
        child = os.fork()
        if child == 0:
            attempt(run, where, page)
            os._exit(0)
        os.waitpid(child, 0)
        Lease.objects.all().delete()  # time passes: the lease of the dead is over
        django.db.connections.close_all()


def attempt(run: int, where: str, page: int) -> None:
    count = landing._add_counts

    def counting(cursor, which, judged) -> None:
        count(cursor, which, judged)
        if where == "landing" and which.pages + 1 >= page:
            die()

    def watch(which) -> None:
        if where == "slow":
            time.sleep(SLOW_SECONDS)
        if where == "page" and which.pages >= page and which.state == "fetching":
            die()

    landing._add_counts = counting
    if where == "merge":
        merging.feeding.feed = die
    working.work(run, watch)


if __name__ == "__main__":
    main(int(sys.argv[1]), [(where, int(page)) for where, page in (each.split(":") for each in sys.argv[2:])])
