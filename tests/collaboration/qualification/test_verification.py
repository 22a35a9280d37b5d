"""A qualification in doubt: the department's opinion, the payer heard, two people decide (Art 26)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from apps.collaboration.qualification import anomalies, procedure, standing
from apps.collaboration.qualification.models import Determination
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.facts import reading, runs, writer
from apps.kernel.ledger.models import Charge, Levy
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Role
from apps.kernel.workcalendar import clock
from tests import factories, factories_collaboration
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False) as moment:

        class There:
            tax = factories.tax_office()
            clerk = factories.staff(tax, Role.CLERK)
            chief = factories.staff(tax, Role.CHIEF, name="方志远")
            officer = factories_collaboration.determining()
            payer = factories.company(office=tax)
            owner = factories.representative(payer)
            clock = moment

        yield There


def known(party, source="returns", **facts) -> None:
    run = runs.start(source, kind="test")
    writer.write([(party.pk, name, value, clock.today()) for name, value in facts.items()], run=run)


def asked(world, key="verify-1", **changed) -> Case:
    given = {
        "kind": "hnte",
        "payer_code": world.payer.organisation.uscc,
        "ground": "lapsed",
        "facts": "二〇二五年度享受高新技术企业优惠，研发人员占比不足。",
        **changed,
    }
    return procedure.ask(world.clerk, given, key=key)


def do(case: Case, action: str, actor, **data) -> Case:
    return cases.perform(case, action, actor, **data)


def refuted(world) -> Case:
    case = asked(world)
    return do(case, "opine_not_met", world.officer, clause="国科发火〔2016〕32号第十一条", reason="研发费用占比不足。")


def proposed(world, case: Case) -> Case:
    return do(
        case,
        "propose",
        world.clerk,
        levy=Levy.objects.get(pk="cit"),
        period="2025",
        amount=Decimal("120000.00"),
        clause="税收征收管理法第三十二条",
        reason="按百分之二十五的税率补缴。",
    )


def test_a_payer_who_enjoys_a_policy_without_the_qualification_is_an_anomaly(world):
    known(world.payer, cit_hnte_reduction=True)
    (found,) = anomalies.found(world.clerk)
    assert (found.party, found.kind.code, found.ground) == (world.payer, "hnte", "lapsed")
    other = factories.staff(factories.tax_office("别的税务所"), Role.CLERK, name="沈悦")
    assert anomalies.found(other) == []
    row = factories_collaboration.determination(world.officer, world.payer)
    assert anomalies.found(world.clerk) == []
    standing.end(row, Determination.State.WITHDRAWN, reason="x", actor=world.officer)
    asked(world)
    assert anomalies.found(world.clerk) == []  # asked about already


def test_figures_that_contradict_a_qualification_are_an_anomaly(world):
    officer = factories_collaboration.determining("tech-sme")
    factories_collaboration.determination(officer, world.payer, kind="tech-sme")
    known(world.payer, "hrss", employees_avg=Decimal("500.00"))
    assert anomalies.found(world.clerk) == []
    known(world.payer, "departments", employees_avg=Decimal("500.01"))
    (found,) = anomalies.found(world.clerk)
    assert (found.ground, found.kind.code) == ("figures", "tech-sme")
    assert "500.01" in found.what


def test_an_opinion_that_the_conditions_are_met_restores_the_qualification(world):
    row = factories_collaboration.determination(world.officer, world.payer, valid_to="2026-11-10")
    case = asked(world)
    assert (case.office, case.detail.determination) == (world.officer.office, row)
    assert case.clocks.get(term="qualification-verify").due_at.date() == dt.date(2026, 11, 18)
    world.clock.move_to(dt.datetime(2026, 11, 12, 2, 0, tzinfo=dt.UTC))
    standing.follow()
    assert reading.profile(world.payer)["hnte_valid"] is False
    with pytest.raises(ValidationError):
        do(case, "opine_met", world.officer, reason="复审通过。")
    case = do(case, "opine_met", world.officer, reason="复审通过。", valid_to=dt.date(2028, 11, 10))
    assert case.state == "confirmed"
    assert case.applicant is None  # the payer never was part of it
    assert reading.profile(world.payer)["hnte_valid"] is True


def test_no_opinion_makes_a_qualification_last_longer_than_the_law_lets_it(world):
    row = factories_collaboration.determination(world.officer, world.payer)
    case = asked(world)
    longest = row.valid_from.replace(year=row.valid_from.year + 3)
    with pytest.raises(ValidationError, match="最长 36 个月"):
        do(case, "opine_met", world.officer, reason="有效。", valid_to=longest + dt.timedelta(days=1))
    do(case, "opine_met", world.officer, reason="有效。", valid_to=longest)
    row.refresh_from_db()
    assert row.valid_to == longest


def test_a_qualification_nobody_told_of_is_put_on_record_by_the_opinion(world):
    case = asked(world)
    with pytest.raises(ValidationError) as refusal:
        do(case, "opine_met", world.officer, reason="证书有效。")
    assert "number" in refusal.value.message_dict
    on_record = {"reason": "证书有效。", "number": "GR2025001", "valid_from": dt.date(2025, 12, 1)}
    for valid_to in (None, dt.date(2028, 12, 2)):
        with pytest.raises(ValidationError) as refusal:
            do(case, "opine_met", world.officer, **on_record, valid_to=valid_to)
        assert "valid_to" in refusal.value.message_dict
    do(case, "opine_met", world.officer, **on_record, valid_to=dt.date(2028, 12, 1))
    row = Determination.objects.get()
    assert (row.number, row.in_time) == ("GR2025001", False)
    assert reading.profile(world.payer)["hnte_valid"] is True


def test_the_payer_is_heard_before_two_people_decide_and_is_told_how_to_appeal(world, client):
    factories_collaboration.determination(world.officer, world.payer)
    case = refuted(world)
    assert (case.state, case.office, case.applicant) == ("hearing", world.tax, world.payer)
    told = Message.objects.filter(party=world.payer, about=case.about).values_list("template", flat=True)
    assert list(told) == ["qualification-hearing"]
    assert reading.profile(world.payer)["hnte_valid"] is False
    assert IssuedDocument.objects.get(about=case.about).kind == "qualification-hearing"
    assert Case.objects.visible_to(world.owner).filter(pk=case.pk).exists()
    with pytest.raises(ValidationError):
        do(case, "waive", world.clerk)  # the term to be heard runs
    case = do(case, "state", world.owner, reason="研发费用归集有误，已更正。")
    case = proposed(world, case)
    with pytest.raises(PermissionDenied):
        do(case, "decide", world.clerk, reason="自己批准自己。")
    case = do(case, "decide", world.chief, reason="申辩与账册不符，不予采纳。")
    charge = Charge.objects.get()
    assert (charge.amount, charge.period, charge.due, charge.about) == (
        Decimal("120000.00"),
        "2025",
        dt.date(2026, 11, 12),
        case.about,
    )
    assert Determination.objects.get().state == "ended"
    decision = IssuedDocument.objects.get(about=case.about, kind="qualification-decision")
    assert decision.context["statement"] == "研发费用归集有误，已更正。"
    World._sign_in(client, world.owner.user)
    page = client.get(reverse("cases:page", args=[world.payer.ref, case.number])).content.decode()
    assert reverse("appeal", args=[world.payer.ref, case.number]) in page
    assert "拟定了处理意见" not in page  # the draft of the decision is the office's own


def test_whoever_says_nothing_is_decided_about_after_the_term(world):
    case = refuted(world)
    world.clock.move_to(dt.datetime(2026, 11, 5, 2, 0, tzinfo=dt.UTC))
    case = do(case, "waive", world.clerk)
    with pytest.raises(ValidationError):
        do(
            case,
            "propose",
            world.clerk,
            levy=None,
            period="",
            amount=Decimal("1.00"),
            clause="x",
            reason="没有税费种",
        )
    nothing = {
        "levy": None,
        "period": "",
        "amount": Decimal("0.00"),
        "clause": "第二十六条",
        "reason": "没有享受优惠。",
    }
    do(case, "propose", world.clerk, **nothing)
    assert do(case, "decide", world.chief, reason="终止资格。").state == "refused"
    assert not Charge.objects.exists()


def test_a_statement_that_convinces_restores_the_qualification(world):
    row = factories_collaboration.determination(world.officer, world.payer)
    case = do(refuted(world), "state", world.owner, reason="复核后占比达标。")
    case = proposed(world, case)
    case = do(case, "send_back", world.chief, reason="请核对账册。")
    case = do(case, "drop", world.chief, reason="申辩成立。")
    row.refresh_from_db()
    assert (case.state, row.state, reading.profile(world.payer)["hnte_valid"]) == ("dropped", "valid", True)
    assert not Charge.objects.exists()


def test_only_the_department_opines_and_only_the_payer_states(world):
    case = asked(world)
    for who in (world.clerk, world.owner, factories_collaboration.determining(name="别的部门")):
        with pytest.raises(PermissionDenied):
            do(case, "opine_met", who, reason="越权")
    case = do(case, "opine_not_met", world.officer, clause="x", reason="y")
    for who in (world.clerk, world.officer, factories.citizen()):
        with pytest.raises(PermissionDenied):
            do(case, "state", who, reason="越权")


def test_a_question_is_asked_once_of_the_right_department_about_an_own_payer(world):
    case = asked(world)
    assert asked(world) == case
    with pytest.raises(ValidationError):
        asked(world, key="verify-2")
    foreign = factories.company(office=factories.tax_office("别的税务所"))
    with pytest.raises(ValidationError) as refusal:
        asked(world, key="verify-3", payer_code=foreign.organisation.uscc)
    assert "payer_code" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        asked(world, key="verify-4", kind="nonprofit")
    assert "kind" in refusal.value.message_dict


def test_the_tax_office_asks_from_an_anomaly_on_its_page(world, client):
    known(world.payer, cit_hnte_reduction=True)
    World._sign_in(client, world.clerk.user)
    assert world.payer.name in client.get(reverse("qualification_counter:list")).content.decode()
    ask = reverse("qualification_counter:ask")
    page = client.get(ask, {"payer": world.payer.ref, "kind": "hnte"}).content.decode()
    assert world.payer.organisation.uscc in page
    given = {"kind": "hnte", "payer_code": world.payer.organisation.uscc, "ground": "lapsed", "facts": "享受优惠。"}
    assert client.post(ask, {**given, "facts": ""}).status_code == 422
    assert client.post(ask, {**given, "key": "page-1"}).status_code == 302
    other = Client()
    World._sign_in(other, world.officer.user)
    number = Case.objects.get().number
    assert "享受优惠。" in other.get(reverse("partner_cases:page", args=[number])).content.decode()
    form = other.get(reverse("partner_cases:act", args=[number, "opine_not_met"])).content.decode()
    assert "multipart/form-data" in form
