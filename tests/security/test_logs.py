"""Log lines carry the numbers of request and case, and nothing that says who somebody is."""

import datetime as dt
import io
import json
import logging
import logging.config

import pytest
import structlog
from celery import signals
from django.db import IntegrityError, transaction
from django.test import Client
from structlog.contextvars import clear_contextvars, get_contextvars

from apps.kernel.casework import cases
from apps.kernel.notifications.tasks import deliver_due
from apps.kernel.parties.models import Person
from apps.services.procedures.deferral import DEFERRAL
from taxportal import logs
from tests import factories
from tests.access.roles import Role
from tests.access.world import DETAIL, World

pytestmark = pytest.mark.django_db
NAME, PHONE, MAIL = "欧阳哨兵", "13900001234", "sentinel@example.cn"


@pytest.fixture
def written():
    """Everything logged from now on, as the collector gets it, one JSON object a line."""
    stream = io.StringIO()
    formatting = logs.configuration(form="json", level="INFO")
    formatter = logging.config.DictConfigurator(formatting).configure_formatter(formatting["formatters"]["json"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    clear_contextvars()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)
    clear_contextvars()


@pytest.fixture
def sentinel():
    """A taxpayer whose data would be known again anywhere."""
    actor = factories.citizen(NAME, office=factories.tax_office())
    actor.user.phone, actor.user.email = PHONE, MAIL
    actor.user.save()
    return actor


def traces(lines: list[dict], *of: str) -> list[str]:
    return [word for word in of if word in json.dumps(lines, ensure_ascii=False)]


def test_a_failing_page_is_told_with_its_numbers_and_without_the_person(written, sentinel, monkeypatch):
    case = cases.open_submitted(DEFERRAL, sentinel, DETAIL, idempotency_key="logs-0001")
    number = Person.objects.get(party=sentinel.party).id_number

    def fails(*_arguments, **_named):
        with transaction.atomic():
            Person.objects.filter(party=factories.citizen("另一人").party).update(id_number=number)

    monkeypatch.setattr("apps.kernel.casework.views.render", fails)
    browser = World({Role.OWNER: sentinel.user}, {}).client(Role.OWNER)
    browser.raise_request_exception = False
    answer = browser.get(f"/as/{sentinel.party.ref}/cases/{case.number}/")
    assert answer.status_code == 500
    [failure] = [line for line in written() if line["logger"] == "django.request"]
    assert failure["request"] == answer["X-Request-ID"]
    assert failure["case"] == case.number
    assert "IntegrityError" in failure["exception"]
    assert traces(written(), NAME, PHONE, MAIL, number) == []


def test_every_word_that_looks_like_a_person_is_taken_out(written):
    number = factories.identity_number(dt.date(1988, 5, 20))
    logging.getLogger("x").warning("%s %s %s，卡号 6222021234567890123", number, PHONE, MAIL)
    structlog.get_logger("y").warning("told", about={"id": number}, rows=3)
    first, second = written()
    assert first["event"] == "[identity number] [phone] [address]，卡号 [account]"
    assert (second["rows"], second["event"]) == (3, "told")
    assert traces([first, second], number, PHONE, MAIL) == []


def test_what_a_failing_statement_quotes_is_left_out(written, sentinel):
    try:
        with transaction.atomic():
            type(sentinel.party).objects.filter(pk=sentinel.party.pk).update(registered_on=None)
    except IntegrityError:
        logging.getLogger("x").exception("failed")
    [line] = written()
    assert "DETAIL: …" in line["exception"]
    assert NAME not in line["exception"]


def test_numbers_that_are_nobodys_stay_as_they_are():
    text = "case SH20260000001234, invoice 25312000000012345678, task 0a13912345678b, row 12"
    assert logs.scrubbed(text) == text


def test_a_number_given_by_the_proxy_is_kept_and_nonsense_is_not():
    assert Client().get("/healthz", headers={"X-Request-ID": "a1b2c3d4e5f6"})["X-Request-ID"] == "a1b2c3d4e5f6"
    forged = Client().get("/healthz", headers={"X-Request-ID": "x y\u00e9{}"})["X-Request-ID"]
    assert len(forged) == 32


def test_a_task_carries_the_numbers_of_the_request_it_was_sent_from(written):
    structlog.contextvars.bind_contextvars(request="a1b2c3d4", case="SH1", other="stays here")
    headers: dict = {}
    signals.before_task_publish.send(sender="x", headers=headers)
    clear_contextvars()
    deliver_due.push_request(**headers)
    signals.task_prerun.send(sender=deliver_due, task_id="t1", task=deliver_due)
    logging.getLogger("x").info("at work")
    signals.task_postrun.send(sender=deliver_due, task_id="t1", task=deliver_due)
    deliver_due.pop_request()
    [line] = written()
    assert (line["request"], line["case"], line["task_id"]) == ("a1b2c3d4", "SH1", "t1")
    assert "other" not in line
    assert get_contextvars() == {}


def test_people_read_the_same_in_one_line():
    clear_contextvars()
    formatting = logs.configuration(form="text", level="INFO")
    formatter = logging.config.DictConfigurator(formatting).configure_formatter(formatting["formatters"]["text"])
    record = logging.LogRecord("payments", logging.WARNING, "", 0, "waits for %s\nERROR forged", (PHONE,), None)
    assert formatter.format(record).endswith(" WARNING payments waits for [phone]\\nERROR forged")
