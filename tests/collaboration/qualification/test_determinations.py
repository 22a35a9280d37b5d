"""Departments tell of qualifications; the facts that policies read follow, and end with them (Art 26)."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from apps.collaboration.qualification import intake, standing
from apps.collaboration.qualification.models import Determination, QualificationMessage
from apps.collaboration.qualification.rows import COLUMNS
from apps.kernel.audit.models import Event
from apps.kernel.facts import reading
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Party, Person, Role
from tests import factories, factories_collaboration, factories_doors
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False) as moment:

        class There:
            tax = factories.tax_office()
            clerk = factories.staff(tax, Role.CLERK)
            officer = factories_collaboration.determining()
            payer = factories.company(office=tax)
            clock = moment

        yield There


def fact(party: Party, field: str = "hnte_valid"):
    return reading.profile(party)[field]


def test_a_determination_feeds_the_fact_with_source_and_day(world):
    row = factories_collaboration.determination(world.officer, world.payer)
    assert fact(world.payer) is True
    statement = reading.provenance(world.payer, "hnte_valid")[0]
    assert (statement.source, statement.as_of) == ("主管部门资格认定", dt.date(2026, 10, 28))
    assert row.in_time
    assert Message.objects.filter(party=world.payer, template="qualification-news").count() == 1


def test_a_late_message_is_taken_and_marked_late(world):
    late = factories_collaboration.determination(
        world.officer, world.payer, determined_on="2026-10-12", valid_from="2026-10-12"
    )
    assert not late.in_time
    assert late.inform_due.date() == dt.date(2026, 10, 19)


def test_what_expires_ends_the_fact_on_the_day_and_a_renewal_keeps_it(world):
    factories_collaboration.determination(world.officer, world.payer, valid_to="2026-10-30")
    world.clock.move_to(dt.datetime(2026, 10, 30, 15, 0, tzinfo=dt.UTC))
    assert standing.follow() == {"expired": 0, "begun": 0}
    factories_collaboration.determination(world.officer, world.payer, valid_from="2026-10-30", valid_to="2027-01-31")
    world.clock.move_to(dt.datetime(2026, 10, 31, 1, 0, tzinfo=dt.UTC))
    assert standing.follow()["expired"] == 1
    assert fact(world.payer) is True
    world.clock.move_to(dt.datetime(2027, 2, 1, 1, 0, tzinfo=dt.UTC))
    assert standing.follow()["expired"] == 1
    assert fact(world.payer) is False
    assert standing.follow() == {"expired": 0, "begun": 0}
    assert set(Determination.objects.values_list("state", flat=True)) == {"expired"}


def test_what_begins_later_feeds_the_fact_on_that_day(world):
    factories_collaboration.determination(world.officer, world.payer, valid_from="2026-11-01")
    assert fact(world.payer) is None
    world.clock.move_to(dt.datetime(2026, 11, 1, 1, 0, tzinfo=dt.UTC))
    assert standing.follow()["begun"] == 1
    assert fact(world.payer) is True


def test_a_withdrawal_ends_the_fact_at_once_and_only_by_its_own_department(world):
    row = factories_collaboration.determination(world.officer, world.payer)
    other = factories_collaboration.determining(name="市经信委")
    with pytest.raises(Determination.DoesNotExist):
        intake.withdraw(row, reason="不是我们的", actor=other)
    with pytest.raises(PermissionDenied):
        intake.withdraw(row, reason="没有职责", actor=world.clerk)
    assert Event.objects.using("evidence").filter(action="qualification.withdraw").exists()
    row = intake.withdraw(row, reason="申报材料不实。", actor=world.officer)
    assert (row.state, fact(world.payer)) == ("withdrawn", False)
    with pytest.raises(ValidationError):
        intake.withdraw(row, reason="再撤销", actor=world.officer)


def test_a_repeated_message_is_passed_over_and_a_differing_one_refused(world):
    content = factories_collaboration.told(world.payer)
    assert intake.take(content, actor=world.officer).state == "taken"
    assert intake.take(content, actor=world.officer).state == "repeated"
    differing = intake.take({**content, "basis": "另一份文件"}, actor=world.officer)
    assert (differing.state, differing.code) == ("refused", "number_differs")
    assert Determination.objects.count() == 1


def test_the_same_key_gives_the_first_answer_and_never_another(world):
    content = factories_collaboration.told(world.payer)
    first = intake.take(content, actor=world.officer, idempotency_key="k-0000001")
    assert intake.take(content, actor=world.officer, idempotency_key="k-0000001") == first
    with pytest.raises(ValidationError):
        intake.take({**content, "number": "别的"}, actor=world.officer, idempotency_key="k-0000001")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"payer": "上海别的有限公司"}, "payer_name"),
        ({"payer_code": "x"}, "payer_code"),
        ({"payer_code": factories.credit_code(987_654)}, "unknown_payer"),
        ({"valid_from": "2026-01-01", "determined_on": "2026-01-01", "valid_to": "2026-10-01"}, "expired"),
        ({"valid_to": "2026-10-01"}, "dates"),
        ({"determined_on": "2026-11-30"}, "dates"),
        ({"valid_to": "2035-01-01"}, "dates"),
        ({"valid_to": ""}, "dates"),
        ({"kind": "nonprofit"}, "kind"),
        ({"amount": "100万元"}, "unit"),
        ({"amount": "100"}, "unit"),
        ({"basis": ""}, "missing"),
        ({"valid_from": "不是日期"}, "invalid"),
    ],
)
def test_bad_input_is_refused_with_a_code_and_kept(world, changed, code):
    message = factories_collaboration.message(world.officer, world.payer, **changed)
    assert (message.state, message.code) == ("refused", code), message.explanation
    assert message.content | changed == message.content
    assert not Determination.objects.exists()


def test_a_qualification_of_companies_is_not_given_to_a_person(world):
    person = factories.citizen(office=world.tax).party
    assert factories_collaboration.message(world.officer, person).code == "holder"


def test_a_refused_message_is_replayed_once_its_cause_is_mended(world):
    person = Person.objects.get(party=factories.citizen(office=world.tax).party)
    officer = factories_collaboration.determining("disabled-person", "市残联")
    content = factories_collaboration.told(person.party, kind="disabled-person")
    Party.objects.filter(pk=person.pk).update(active=False)
    message = intake.take(content, actor=officer)
    assert message.code == "unknown_payer"
    assert intake.replay(message, actor=officer).state == "refused"
    Party.objects.filter(pk=person.pk).update(active=True)
    message = intake.replay(message, actor=officer)
    assert (message.state, fact(person.party, "disabled_person")) == ("taken", True)
    with pytest.raises(ValidationError):
        intake.replay(message, actor=officer)


def test_an_amount_is_attested_in_fen_and_an_opinion_decides_nothing(world):
    officer = factories_collaboration.determining("technology-contract", "技术市场办")
    factories_collaboration.determination(
        officer, world.payer, kind="technology-contract", amount="1250000.50", valid_to=""
    )
    assert fact(world.payer, "tech_transfer_income") == 125_000_050
    expert = factories_collaboration.determining("old-building", "房屋鉴定机构")
    factories_collaboration.determination(expert, world.payer, kind="old-building", valid_to="")
    assert len(reading.current(world.payer)) == 2


def test_nobody_without_the_duty_tells_anything(world):
    for who in (world.clerk, factories.staff(factories.department(), Role.OFFICER), factories.citizen()):
        with pytest.raises(PermissionDenied):
            factories_collaboration.message(who, world.payer)
    assert not QualificationMessage.objects.exists()


def post(headers, content, key="science-0001"):
    client = Client(headers={**headers, "Idempotency-Key": key})
    return client.post(reverse("api-qualifications"), content, content_type="application/json")


def test_the_api_tells_looks_up_withdraws_and_replays_within_its_scope(world):
    headers = factories_doors.system(world.officer, "qualifications.write")
    content = factories_collaboration.told(world.payer)
    first = post(headers, content)
    assert first.status_code == 201
    assert post(headers, content).json() == first.json()
    assert post(headers, content, "science-0002").status_code == 200
    wrong = post(headers, {**content, "number": "X-1", "amount": "12万"}, "science-0003")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unit")
    assert post(headers, content, "x").status_code == 400
    assert post(headers, [1], "science-0004").status_code == 400
    assert post(headers, {}, "science-0004").status_code == 422
    client = Client(headers=headers)
    one = reverse("api-qualification", args=[first.json()["determination"]])
    assert client.get(one).json()["in_time"] is True
    refused = client.get(reverse("api-qualification-messages"), {"state": "refused"}).json()["results"]
    assert [row["code"] for row in refused] == ["missing", "unit"]
    replay = client.post(reverse("api-qualification-replay", args=[refused[0]["ref"]]))
    assert replay.status_code == 422
    assert client.delete(one, {"reason": "撤销"}, content_type="application/json").json()["state"] == "withdrawn"
    narrow = factories_doors.system(world.officer, "cases")
    assert post(narrow, content, "science-0005").status_code == 403
    other = factories_doors.system(factories_collaboration.determining(name="别的部门"), "qualifications.write")
    assert Client(headers=other).get(one).status_code == 404


def test_pages_of_department_and_payer(world, client):
    World._sign_in(client, world.officer.user)
    row = factories_collaboration.told(world.payer)
    told = client.post(reverse("qualification_partner:tell"), {**row, "do": "one", "key": "page-1"}, follow=True)
    assert row["number"] in told.content.decode()
    tell = reverse("qualification_partner:tell")
    wrong = client.post(tell, {**row, "number": "N-2", "payer": "别人", "do": "one", "key": "p2"})
    assert (wrong.status_code, "名称与登记的不一致" in wrong.content.decode()) == (422, True)
    second = factories_collaboration.told(world.payer)
    bad = factories_collaboration.told(world.payer, payer="别人")
    lines = [COLUMNS.values(), *([each.get(name, "") for name in COLUMNS] for each in (second, bad))]
    file = io.BytesIO("\n".join(",".join(line) for line in lines).encode())
    file.name = "a.csv"
    assert (
        "payer_name" in client.post(tell, {"file-file": file, "do": "file", "key": "p3"}, follow=True).content.decode()
    )
    assert client.post(tell, {"do": "file", "key": "p4"}).status_code == 422
    assert client.get(reverse("qualification_partner:template")).status_code == 200
    one = Determination.objects.get(number=row["number"])
    page = reverse("qualification_partner:one", args=[one.ref])
    assert client.post(page, {"reason": ""}).status_code == 422
    assert "部门已撤销" in client.post(page, {"reason": "材料不实"}, follow=True).content.decode()
    message = QualificationMessage.objects.get(state="refused")
    replayed = client.post(reverse("qualification_partner:replay", args=[message.ref]), follow=True)
    assert "名称与登记的不一致" in replayed.content.decode()
    owner = factories.representative(world.payer)
    mine = Client()
    World._sign_in(mine, owner.user)
    answer = mine.get(reverse("qualification:mine", args=[world.payer.ref])).content.decode()
    assert second["number"] in answer
