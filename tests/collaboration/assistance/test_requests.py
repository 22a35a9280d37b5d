"""One office asks another for assistance: accepted, refused, transferred, answered, decided above (Art 22)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.collaboration.assistance import grounds
from apps.collaboration.assistance.steps import common_superior
from apps.kernel.audit.models import Event
from apps.kernel.casework import cases, rights
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import Upload
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Office, Role
from tests import factories, factories_collaboration, factories_doors
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)  # a Wednesday, 10:00 in Shanghai


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False):

        class There:
            tax = factories.tax_office()
            clerk = factories.staff(tax, Role.CLERK)
            hrss = factories.department("市人力资源社会保障局")
            officer = factories.staff(hrss, Role.OFFICER, name="范思琪")
            general = factories_collaboration.general_office()
            payer = factories.company(office=tax)

        yield There


@pytest.fixture
def case(world) -> Case:
    return factories_collaboration.assistance_asked(world.clerk, world.hrss, payer_code=world.payer.organisation.uscc)


def do(case: Case, action: str, actor, **data) -> Case:
    return cases.perform(case, action, actor, **data)


def test_a_request_is_accepted_answered_with_evidence_and_confirmed(world, case):
    assert case.office == world.hrss
    assert case.detail.party == world.payer
    assert Message.objects.filter(office=world.hrss, template="collaboration-news").count() == 1
    case = do(case, "accept", world.officer)
    paper = SimpleUploadedFile("a.xml", b"<a/>", "application/xml")
    case = do(case, "reply", world.officer, conclusion="参保 48 人。", evidence=paper)
    assert (case.state, case.office) == ("replied", world.tax)
    assert Upload.objects.get(about=case.about).office == world.hrss
    case = do(case, "confirm", world.clerk)
    assert case.closed_at is not None
    assert [step.action for step in case.steps.all()] == ["submit", "accept", "reply", "confirm"]
    assert case.steps.get(action="reply").target_office == world.tax


def test_clocks_run_three_then_fifteen_working_days(world, case):
    accept = case.clocks.get(term="assistance-accept")
    assert accept.due_at.date() == dt.date(2026, 11, 2)
    do(case, "accept", world.officer)
    assert case.clocks.get(term="assistance-accept").stopped_at == AT
    assert case.clocks.get(term="assistance-perform").due_at.date() == dt.date(2026, 11, 18)


def test_completion_is_asked_for_once(world, case):
    do(case, "accept", world.officer)
    do(case, "reply", world.officer, conclusion="参保 48 人。")
    case = do(case, "ask_completion", world.clerk, reason="请补充月份。")
    assert (case.state, case.office) == ("handling", world.hrss)
    case = do(case, "reply", world.officer, conclusion="九月参保 48 人。")
    with pytest.raises(ValidationError):
        do(case, "ask_completion", world.clerk, reason="再补充。")


def test_a_refusal_names_a_ground_of_the_law_and_the_superior_orders(world, case):
    with pytest.raises(ValidationError):
        do(case, "refuse", world.officer, ground="lazy", reason="没空。")
    case = do(case, "refuse", world.officer, ground="beyond-powers", reason="参保数据由医保经办机构掌握。")
    step = case.steps.get(action="refuse")
    assert step.clause == "行政处罚法第二十六条"
    assert (case.state, case.office) == ("turned_down", world.tax)
    case = do(case, "escalate", world.clerk, reason="参保登记由该局负责。")
    assert case.office == world.general.office
    with pytest.raises(PermissionDenied):
        do(case, "order", world.officer, reason="不能自己裁决。")
    case = do(case, "order", world.general, reason="属于其职责。")
    assert (case.state, case.office) == ("handling", world.hrss)
    assert do(case, "reply", world.officer, conclusion="参保 48 人。").state == "replied"


def test_the_superior_may_uphold_and_the_requester_may_accept_the_refusal(world, case):
    case = do(case, "refuse", world.officer, ground="impairs-duties", reason="正值年度结算。")
    other = factories_collaboration.assistance_asked(world.clerk, world.hrss)
    do(other, "refuse", world.officer, ground="not-held", reason="没有这项数据。")
    assert do(other, "settle", world.clerk).state == "settled"
    do(case, "escalate", world.clerk, reason="仍有需要。")
    case = do(case, "uphold", world.general, reason="理由成立。")
    assert case.state == "upheld"
    assert Message.objects.filter(about=case.about, office=world.hrss).count() == 2


def test_a_request_is_transferred_and_the_receiver_answers(world, case):
    other = factories.staff(factories.department("市医保局"), Role.OFFICER, name="彭立群")
    do(case, "transfer", world.officer, office=other.office, reason="由医保局掌握。")
    case = do(case, "receive", other)
    assert case.detail.assister == other.office
    assert do(case, "accept", other).office == other.office
    with pytest.raises(PermissionDenied):
        do(case, "reply", world.officer, conclusion="不再由我单位办理。")


def test_a_department_asks_a_tax_office(world):
    case = factories_collaboration.assistance_asked(world.officer, world.tax, subject="核实纳税情况")
    assert do(case, "accept", world.clerk).state == "handling"
    with pytest.raises(ValidationError) as refusal:
        factories_collaboration.assistance_asked(world.officer, factories.department("市水务局"))
    assert "assister" in refusal.value.message_dict


def test_the_requester_withdraws_and_goes_on_seeing_the_case(world, case):
    assert Case.objects.visible_to(world.clerk).filter(pk=case.pk).exists()
    assert "withdraw" in [row.action for row in rights.available_actions(case, world.clerk)]
    assert "withdraw" not in [row.action for row in rights.available_actions(case, world.officer)]
    assert do(case, "withdraw", world.clerk, reason="已从申报取得。").state == "withdrawn"


def test_a_stranger_sees_nothing_and_an_attempt_stays_on_record(world, case):
    stranger = factories.staff(factories.department("市水务局"), Role.OFFICER, name="江晓波")
    assert not Case.objects.visible_to(stranger).exists()
    for who in (stranger, factories.citizen(), factories.staff(world.hrss, Role.GRID, name="网格员")):
        with pytest.raises(PermissionDenied):
            do(case, "accept", who)
    assert Event.objects.using("evidence").filter(action="case.accept", stream__startswith="denied/").count() == 3


def test_the_common_superior_is_the_nearest_office_above_both(world):
    city = Office.objects.create(code="city-a", name="市局", kind=Office.Kind.TAX_CITY)
    district = Office.objects.create(code="district-a", name="区局", kind=Office.Kind.TAX_DISTRICT, parent=city)
    one = Office.objects.create(code="one-a", name="一所", kind=Office.Kind.TAX_OFFICE, parent=district)
    two = Office.objects.create(code="two-a", name="二所", kind=Office.Kind.TAX_OFFICE, parent=district)
    assert common_superior(one, two) == district
    assert common_superior(one, world.hrss) == world.general.office
    with pytest.raises(ValidationError):
        common_superior(one, world.general.office)


def test_grounds_are_dated():
    assert "beyond-powers" not in grounds.in_force(dt.date(2020, 1, 1))
    assert "beyond-powers" in grounds.in_force(dt.date(2026, 10, 1))


def test_bad_input_names_its_field(world):
    for changed, name in (
        ({"payer_code": "x"}, "payer_code"),
        ({"payer_code": factories.credit_code()}, "payer_code"),
        ({"legal_basis": ""}, "legal_basis"),
    ):
        with pytest.raises(ValidationError) as refusal:
            factories_collaboration.assistance_asked(world.clerk, world.hrss, **changed)
        assert name in refusal.value.message_dict


def test_pages_write_and_list_a_request_once(world, client):
    World._sign_in(client, world.clerk.user)
    given = {
        "assister": world.hrss.code,
        "subject": "核实用工人数",
        "payer_code": "",
        "legal_basis": "《税收征收管理法》第五条",
        "need": "请提供参保人数。",
        "key": "page-000001",
    }
    for _each in range(2):
        answer = client.post(reverse("mutual_counter:new"), given)
        assert answer.status_code == 302
    case = Case.objects.get(procedure="mutual-assistance")
    assert case.number in client.get(reverse("mutual_counter:list")).content.decode()
    assert client.post(reverse("mutual_counter:new"), {}).status_code == 422
    other = Client()
    World._sign_in(other, world.officer.user)
    assert case.number in other.get(reverse("mutual_partner:list") + "?mine=1").content.decode()
    assert other.get(reverse("mutual_counter:list")).status_code == 404
    page = other.get(reverse("partner_cases:act", args=[case.number, "refuse"])).content.decode()
    assert "行政处罚法第二十六条" in page
    paper = {"reason": "", "evidence": SimpleUploadedFile("b.xml", b"<b/>", "application/xml")}
    other.post(reverse("partner_cases:act", args=[case.number, "accept"]))
    other.post(reverse("partner_cases:act", args=[case.number, "add_evidence"]), paper)
    assert "b.xml" in client.get(reverse("counter_cases:page", args=[case.number])).content.decode()


def test_a_reason_between_offices_is_not_said_to_be_read_by_an_applicant(world, case):
    page = (
        factories_doors.signed_in(world.officer)
        .get(reverse("partner_cases:act", args=[case.number, "refuse"]))
        .content.decode()
    )
    assert "参与办理的单位会看到" in page
    assert "申请人会看到" not in page


def test_a_partner_system_asks_and_answers_by_the_case_api(world):
    headers = factories_doors.system(world.officer, "cases")
    body = {
        "procedure": "mutual-assistance",
        "detail": {
            "assister": world.tax.code,
            "subject": "核实纳税情况",
            "legal_basis": "《社会保险法》",
            "need": "请提供申报人数。",
        },
    }
    system = Client(headers={**headers, "Idempotency-Key": "hrss-0000001"})
    first = system.post(reverse("api-cases"), body, content_type="application/json")
    again = system.post(reverse("api-cases"), body, content_type="application/json")
    assert (first.status_code, first.json()["number"]) == (201, again.json()["number"])
    assert Case.objects.filter(procedure="mutual-assistance").count() == 1
    bad = {**body, "detail": {"assister": world.hrss.code}}
    refused = Client(headers={**headers, "Idempotency-Key": "hrss-0000002"})
    assert refused.post(reverse("api-cases"), bad, content_type="application/json").status_code == 400
