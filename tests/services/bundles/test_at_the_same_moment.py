"""Two parts finish at the same moment: what waits for both opens once, and the whole completes once."""

import threading

import pytest
from django.db import connections

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from tests import factories
from tests import factories_bundles as bundles

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs) -> list[BaseException]:
    """Run the jobs at one moment, each on connections of its own; returns what they raised."""
    start, raised = threading.Barrier(len(jobs)), []

    def run(job) -> None:
        try:
            start.wait()
            job()
        except Exception as error:  # noqa: BLE001 - the scenario asks what each thread met
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


@pytest.fixture
def world():
    people = bundles.departments()
    people.applicant = factories.citizen("周思远", office=people.tax)
    return people


def approvable(whole: Case, code: str, officer, **result):
    case = cases.perform(bundles.part(whole, code), "accept", officer)
    return lambda: cases.perform(case, "approve", officer, **result)


def test_the_last_two_parts_complete_the_whole_once(world):
    whole = bundles.business_started(world.applicant, hires="no")
    bundles.approve(bundles.part(whole, "market"), world.market, number=factories.credit_code())
    tax = cases.perform(bundles.part(whole, "tax"), "accept", world.clerk)
    raised = together(
        lambda: cases.perform(tax, "approve", world.chief, amount="100000.00"),
        approvable(whole, "seal", world.police, number="YZ2026-1"),
    )
    whole.refresh_from_db()
    assert (raised, whole.state) == ([], "completed")
    assert whole.steps.filter(action="complete").count() == 1


def test_a_withdrawal_and_an_approval_take_turns(world):
    whole = bundles.business_started(world.applicant)
    approve = approvable(whole, "market", world.market, number=factories.credit_code())
    raised = together(approve, lambda: cases.perform(whole, "withdraw", world.applicant, reason="改变了计划。"))
    whole.refresh_from_db()
    assert whole.state == "withdrawn"
    assert all(isinstance(error, cases.NotOpen) for error in raised)  # whoever came second, never a deadlock
    assert not whole.parts.filter(closed_at__isnull=True).exists()
