"""What is too long for a request goes to a worker, once it stands: by the name of its task, so that no room imports the
tasks which import it.
"""

from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError


def hand_over(task: str, key: int) -> None:
    """Let a worker do ``task`` with the row of ``key`` when this transaction is committed.

    A broker that is away loses nothing: each such task has a sweep that takes up what waits.
    """
    transaction.on_commit(partial(_send, task, key), robust=True)


def _send(task: str, key: int) -> None:
    try:
        current_app.send_task(task, (key,), retry=False, ignore_result=True)
    except OperationalError:
        return
