"""Long work in a process of its own, as a worker does it: ``python -m tests.scale.pooled_work <source id>``.

Pulls a source under its lease and scans the whole city; prints how the pull and the scan ended.
"""

import sys

import django

django.setup()

from apps.datashare.pulls import running as pulls  # noqa: E402 - Django comes first
from apps.datashare.pulls import working  # noqa: E402 - as above
from apps.datashare.pulls.ending import SYSTEM  # noqa: E402 - as above
from apps.datashare.pulls.models import PullSource  # noqa: E402 - as above
from apps.kernel.facts import city  # noqa: E402 - as above
from apps.kernel.parties.actors import Actor  # noqa: E402 - as above
from apps.supervision.risk import running as risk  # noqa: E402 - as above

PAYERS = 1_500


def main(source_id: int) -> None:
    run = pulls.start(PullSource.objects.get(pk=source_id), SYSTEM, queue=False)
    working.work(run.pk)
    run.refresh_from_db()
    city.fill(PAYERS, seed=7, progress=lambda _done: None)
    scan = risk.start(Actor.system("risk"))
    risk.work()
    scan.refresh_from_db()
    print(run.state, run.good, scan.state, scan.done)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(int(sys.argv[1]))
