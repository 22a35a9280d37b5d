"""Two people at once: one draft, one submission, one set of charges."""

import threading

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection

from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.models import Mandate
from apps.services.filing import batches, drafts
from apps.services.filing.models import Return
from tests import factories
from tests.factories_filing import SEPTEMBER, confirmed, example_payer
from tests.services.filing.conftest import MID_OCTOBER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two_people():
    """Two representatives of the same payer."""
    with time_machine.travel(MID_OCTOBER, tick=False):
        first = example_payer()
        yield first, factories.representative(first.party, "finance", name="顾晓岚")


def at_once(*jobs) -> list:
    """Run the jobs in threads of their own that start together; what they raised or returned."""
    gate, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        try:
            gate.wait(timeout=10)
            results[place] = job()
        except ValidationError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_two_people_opening_a_period_share_one_draft(two_people):
    first, second = at_once(*(lambda actor=actor: drafts.begin(actor, "vat", SEPTEMBER) for actor in two_people))
    assert first == second
    assert Return.objects.count() == 1


def test_two_submissions_of_a_return_file_it_once(two_people):
    number = confirmed(two_people[0]).number
    results = at_once(
        *(lambda actor=actor: cases.perform(Case.objects.get(number=number), "submit", actor) for actor in two_people)
    )
    assert sum(isinstance(result, cases.NotOpen) for result in results) == 1
    assert Charge.objects.count() == 4


def test_two_corrections_of_a_period_are_one(two_people):
    cases.perform(confirmed(two_people[0]), "submit", two_people[0])
    first, second = at_once(
        *(lambda actor=actor: drafts.begin(actor, "vat", SEPTEMBER, correct=True) for actor in two_people)
    )
    assert first == second
    assert Return.objects.filter(standing="under_way").count() == 1


def test_twenty_submissions_of_a_return_make_one_set_of_charges(two_people):
    number = confirmed(two_people[0]).number
    actors = [two_people[place % 2] for place in range(20)]
    results = at_once(
        *(lambda actor=actor: cases.perform(Case.objects.get(number=number), "submit", actor) for actor in actors)
    )
    assert sum(isinstance(result, cases.NotOpen) for result in results) == 19
    assert Charge.objects.count() == 4


def test_two_workers_on_a_batch_do_each_row_once(two_people):
    agency = factories.representative(factories.company("事务所", factories.tax_office(), form="agency"))
    clients = [example_payer() for _ in range(6)]
    for client in clients:
        Mandate.objects.create(principal=client.party, agent=agency.party, kind="agent", state="active")
    codes = [f"{client.party.ref}/vat/{SEPTEMBER}" for client in clients]
    batch = batches.open_batch(agency, codes, idempotency_key="two-workers")
    done = at_once(*[lambda: batches.work_off(batch)] * 4)
    assert sum(done) == 6
    assert set(batch.items.values_list("outcome", flat=True)) == {"filed"}
    assert Charge.objects.count() == 24
