"""Rows of several tables written in one round trip are the rows ``save()`` would have written."""

import pytest
from django.db import IntegrityError, transaction

from apps.kernel import rows
from apps.kernel.audit import log
from apps.kernel.audit.models import Event
from apps.kernel.notifications.models import Delivery, Message
from apps.kernel.parties.actors import Actor
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(db) -> Message:
    (number,) = rows.draw("notifications_message_id_seq")
    party = factories.citizen().party
    return Message(pk=number, template="case-submitted", about="case/1", party=party, subject="标题", body="100% {}")


def test_new_rows_of_several_tables_are_one_statement(message, django_assert_num_queries) -> None:
    delivery = Delivery(message=message, channel="inbox", address="x")
    event = log.event("case/1", "told", actor=Actor.system("test"), data={"number": 1})
    with django_assert_num_queries(1):
        rows.write(message, delivery, event)
    assert Message.objects.get(pk=message.pk).body == "100% {}"
    assert Delivery.objects.get(message=message).pk == delivery.pk
    assert Event.objects.get(stream="case/1").data == {"number": 1}


def test_a_row_that_is_there_is_updated(message) -> None:
    rows.write(message)
    message.subject = "另一个标题"
    rows.write(message)
    assert Message.objects.get().subject == "另一个标题"


def test_all_of_them_or_none(message) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.write(message, Delivery(message=message, channel="inbox"), Delivery(message_id=None, channel="inbox"))
    assert not Message.objects.exists()


def test_nothing_is_nothing(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        rows.write()
