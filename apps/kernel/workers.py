"""What is too long for a request goes to a worker, by the name of its task: no room imports the tasks that import it.

A broker that is away loses nothing: whatever is handed over here is a row that a sweep of the same room takes up.
"""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def hand_over(task: str, *arguments: int) -> None:
    """Let a worker do ``task`` once this transaction is committed; at once where there is none."""
    transaction.on_commit(partial(send, task, *arguments), robust=True)


def send(task: str, *arguments: int) -> None:
    """Let a worker do ``task`` now: for what is known to stand."""
    try:
        current_app.send_task(task, arguments, retry=False, ignore_result=True)
    except OperationalError as error:
        logger.warning("Broker unreachable, a sweep will do %s: %s", task, error)
