"""Background work towards 一网通办."""

from celery import shared_task

from apps.services.onenet import pushing


@shared_task(name="onenet.push_todos")
def push_todos() -> int:
    """Send the to-do lists that changed."""
    return pushing.push_marked()


@shared_task(name="onenet.mark_all")
def mark_all() -> int:
    """Look at every list again once a day."""
    return pushing.mark_all()
