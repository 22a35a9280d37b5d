"""Paying what a return owes settles it and brings the certificate unasked."""

import pytest

from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger import payments
from apps.kernel.parties import todos
from apps.services.filing import charging
from tests.factories_filing import EXAMPLE, filed
from tests.services.filing.paying import pay

pytestmark = pytest.mark.django_db


def test_a_paid_return_is_settled_and_certified(payer):
    case = filed(payer)
    payment = pay(payer, case)
    case.refresh_from_db()
    assert case.state == "settled"
    assert [(step.action, step.public) for step in case.steps.all()][-1] == ("settle", True)
    (certificate,) = case.detail.certificates
    assert (certificate.about, certificate.amount) == (payment.about, EXAMPLE["total"])


def test_being_told_twice_changes_nothing(payer):
    case = filed(payer)
    payment = pay(payer, case)
    payments.announce(payment)
    assert case.steps.filter(action="settle").count() == 1
    assert IssuedDocument.objects.filter(about=payment.about).count() == 1


def test_a_part_payment_leaves_the_return_open(payer):
    case = filed(payer)
    pay(payer, case, only=["city-construction"])
    case.refresh_from_db()
    assert case.state == "filed"
    assert len(charging.outstanding(case.detail)) == 3


def test_what_is_owed_is_asked_for_by_the_ledger_not_by_filing(payer):
    filed(payer)
    asked = list(todos.for_actor(payer))
    assert any(todo.kind == "pay" for todo in asked)
    assert not any(todo.kind == "file" and "增值税" in todo.title for todo in asked)
