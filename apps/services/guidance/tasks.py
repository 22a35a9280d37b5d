"""Scheduled work of policy guidance: the daily push, and runs whose worker was lost."""

from celery import shared_task

from apps.kernel.parties.actors import Actor
from apps.services.guidance import pushing


@shared_task(name="guidance.push", ignore_result=True)
def push() -> None:
    """Match the city and remind payers; a second start on the way joins the first."""
    pushing.start(Actor.system("policy-push"))
    pushing.work()


@shared_task(name="guidance.work", ignore_result=True)
def work() -> None:
    """Go on with a run that is under way and that nobody works on."""
    pushing.work()
