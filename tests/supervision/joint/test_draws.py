"""A draw nobody could have chosen and anybody can repeat; results shared among the units that take part (Art 33)."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import PartnerClient, Role
from apps.supervision.joint import checking, drawing, inspecting
from apps.supervision.joint.models import InspectionCandidate, InspectionTarget, JointInspection
from tests import factories
from tests.factories_doors import signed_in
from tests.factories_risk import DOUBTFUL, know, scanned

pytestmark = pytest.mark.django_db

PLAN = {
    "title": "餐饮业联合检查",
    "plan": "核对开票、参保和证照。",
    "district": "",
    "trade": "C",
    "least_score": 0,
    "sample": 3,
    "per_target": 1,
}


def planned(world, **more) -> JointInspection:
    return inspecting.plan(world.analyst, [world.market, world.hrss], **{**PLAN, **more})


def drawn(world) -> JointInspection:
    inspection = inspecting.commit(planned(world), world.analyst)
    inspecting.give_number(inspection, world.regulator, "4711")
    inspecting.give_number(inspection, world.insurer, "0815ab")
    return inspecting.draw(inspection, world.analyst)


def test_the_draw_is_repeated_from_the_published_file_and_numbers_with_nothing_but_sha256(world, client):
    inspection = drawn(world)
    lines = client.get(f"/inspections/{inspection.ref}/list.txt").content.decode().split("\n")
    sha = lambda text: hashlib.sha256(text.encode()).hexdigest()  # noqa: E731 - what the page tells people to do
    assert sha("\n".join(lines)) == inspection.list_hash
    assert sha(inspection.seed) == inspection.seed_hash
    numbers = sorted([(world.market.code, "4711"), (world.hrss.code, "0815ab")])
    seed = sha("|".join([inspection.seed, *(f"{code}:{number}" for code, number in numbers)]))
    codes = [line.split(",")[1] for line in lines if not line.startswith("inspector,")]
    expected = sorted(codes, key=lambda code: sha(f"{seed}:{code}"))[:3]
    assert [target.candidate.code for target in inspection.targets.order_by("rank")] == expected
    page = client.get(f"/inspections/{inspection.ref}/").content.decode()
    assert seed in page
    assert "不一致" not in page


def test_the_seed_stays_secret_until_the_draw_and_its_hash_is_out_before(world, client):
    inspection = planned(world)
    assert client.get(f"/inspections/{inspection.ref}/").status_code == 404
    inspection = inspecting.commit(inspection, world.analyst)
    before = client.get(f"/inspections/{inspection.ref}/").content.decode()
    assert inspection.seed_hash in before
    assert inspection.seed not in before
    with pytest.raises(ValidationError, match="没有提供随机数"):
        inspecting.draw(inspection, world.analyst)
    inspecting.give_number(inspection, world.regulator, "4711")
    with pytest.raises(ValidationError, match="不能更改"):
        inspecting.give_number(inspection, world.regulator, "4712")


def test_a_list_tampered_with_after_the_commitment_shows(world):
    inspection = drawn(world)
    assert all([(found := checking.check(inspection)).seed, found.list, found.targets, found.inspectors])
    target = InspectionTarget.objects.filter(inspection=inspection).first()
    spare = InspectionCandidate.objects.filter(inspection=inspection).exclude(
        pk__in=inspection.targets.values("candidate")
    )
    InspectionTarget.objects.filter(pk=target.pk).update(candidate=spare[0])
    assert not checking.check(inspection).targets
    InspectionCandidate.objects.filter(pk=spare[0].pk).update(name="改名有限公司")
    assert not checking.check(inspection).list


def test_every_unit_sends_drawn_inspectors(world):
    inspection = drawn(world)
    for target in inspection.targets.all():
        offices = [person.office_id for person in target.inspectors.all()]
        assert sorted(offices) == sorted([world.bureau.pk, world.market.pk, world.hrss.pk])


def test_a_departments_computer_system_is_never_drawn(world):
    service = factories.staff(world.hrss, Role.OFFICER, name="人社业务系统").user
    PartnerClient.objects.create(
        name="人社业务系统",
        user=service,
        office=world.hrss,
        client_type=PartnerClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=PartnerClient.GRANT_CLIENT_CREDENTIALS,
        scopes_allowed=["cases"],
    )
    inspection = inspecting.commit(planned(world), world.analyst)
    assert not inspection.inspectors.filter(user=service).exists()
    assert inspection.inspectors.filter(office=world.hrss).count() == 1


def test_the_population_follows_the_conditions_and_the_latest_scores(world):
    know(world.company, DOUBTFUL)
    scanned()
    found = inspecting.population(world.bureau, district="", trade="C34", least_score=30)
    assert [party.pk for party in found] == [world.company.pk]
    with pytest.raises(ValidationError, match="符合条件的有 1 户"):
        inspecting.commit(planned(world, least_score=30), world.analyst)


def test_results_are_shared_among_units_followed_up_and_needed_for_the_end(world):
    inspection = drawn(world)
    target = inspection.targets.select_related("inspection").first()
    result = inspecting.record(target, world.insurer, finding="follow_up", note="两人未参保。")
    with pytest.raises(ValidationError, match="已经登记"):
        inspecting.record(target, world.insurer, finding="clean", note="再登一次。")
    with pytest.raises(PermissionDenied):
        inspecting.record(target, world.outsider, finding="clean", note="不在单位内。")
    with pytest.raises(PermissionDenied):
        inspecting.follow_up(result, world.regulator, "不是本单位的。")
    with pytest.raises(ValidationError, match="没有登记"):
        inspecting.close(inspection, world.analyst)
    for each in inspection.targets.select_related("inspection"):
        for actor in (world.analyst, world.regulator, world.insurer):
            if (each.pk, actor) != (target.pk, world.insurer):
                inspecting.record(each, actor, finding="clean", note="未见异常。")
    with pytest.raises(ValidationError, match="1 项后续处理"):
        inspecting.close(inspection, world.analyst)
    inspecting.follow_up(result, world.insurer, "已补缴。")
    told = Message.objects.filter(office=world.market, template="inspection-plan").count()
    assert inspecting.close(inspection, world.analyst).state == "closed"
    assert Message.objects.filter(office=world.market, template="inspection-plan").count() == told + 1


def test_only_analysts_plan_and_only_the_leading_office_draws(world):
    for outsider in (world.clerk, world.regulator, world.payer):
        with pytest.raises(PermissionDenied):
            inspecting.plan(outsider, [world.market], **PLAN)
    inspection = planned(world)
    for outsider in (world.stranger, world.regulator):
        with pytest.raises(PermissionDenied):
            inspecting.commit(inspection, outsider)
    assert not JointInspection.objects.visible_to(
        world.regulator
    ).exists()  # a plan is not told before its list is fixed
    inspecting.commit(inspection, world.chief)
    assert JointInspection.objects.visible_to(world.regulator).exists()
    assert not JointInspection.objects.visible_to(world.outsider).exists()
    assert not JointInspection.objects.visible_to(world.payer).exists()


def test_pages_of_the_departments_and_the_lead(world, client):
    inspection = inspecting.commit(planned(world), world.analyst)
    client.force_login(world.regulator.user)
    url = f"/partner/inspections/{inspection.ref}/"
    assert client.post(url, {"do": "number", "number": "!"}).status_code == 422
    assert client.post(url, {"do": "number", "number": "4711"}).status_code == 302
    assert client.post(url, {"do": "draw"}).status_code == 422
    inspecting.give_number(inspection, world.insurer, "0815ab")
    inspecting.draw(inspection, world.analyst)
    answer = client.post(url, {"do": "record", "rank": "1", "finding": "clean", "note": "证照齐全。"})
    assert answer.status_code == 302
    assert "证照齐全" in client.get(url).content.decode()
    client.force_login(world.outsider.user)
    assert client.get(url).status_code == 404


@given(
    st.text(min_size=1, max_size=20),
    st.sets(st.integers(0, 10**6).map("91310000{:010d}".format), min_size=1, max_size=40),
    st.integers(1, 40),
)
def test_a_draw_depends_on_the_set_and_the_seed_alone(seed, codes, size):
    first = drawing.drawn(seed, sorted(codes), size)
    assert first == drawing.drawn(seed, sorted(codes, reverse=True), size)
    assert len(set(first)) == len(first) == min(size, len(codes))
    assert set(first) <= codes


def test_a_follow_up_too_long_is_told_beside_its_field_and_its_button_goes_when_used(world):
    inspection = drawn(world)
    target = inspection.targets.select_related("inspection").first()
    result = inspecting.record(target, world.insurer, finding="follow_up", note="两人未参保。")
    client, page = signed_in(world.insurer), f"/partner/inspections/{inspection.ref}/"
    given = {"do": "follow_up", "result": result.pk, "follow_up": "长" * 1001}
    refused = client.post(page, given)
    assert refused.status_code == 422
    assert f'href="#follow-{result.pk}-follow_up"' in refused.content.decode()
    assert client.post(page, {**given, "follow_up": ""}).status_code == 422
    assert client.post(page, {**given, "follow_up": "已补缴。"}).status_code == 302
    assert "登记后续处理" not in client.get(page).content.decode()


def test_the_leading_office_has_a_button_only_when_it_would_work(world):
    inspection = inspecting.commit(planned(world), world.analyst)
    client, page = signed_in(world.analyst), f"/counter/inspections/{inspection.ref}/"
    draws, ends = 'value="draw"', 'value="close"'
    assert draws not in client.get(page).content.decode()
    inspecting.give_number(inspection, world.regulator, "4711")
    inspecting.give_number(inspection, world.insurer, "0815ab")
    assert draws in client.get(page).content.decode()
    inspecting.draw(inspection, world.analyst)
    assert ends not in client.get(page).content.decode()
    for each in inspection.targets.select_related("inspection"):
        for actor in (world.analyst, world.regulator, world.insurer):
            inspecting.record(each, actor, finding="clean", note="未见异常。")
    assert ends in client.get(page).content.decode()


def test_a_plan_names_district_and_trade_and_only_units_that_have_inspectors(world):
    empty = factories.department("市档案局")
    client = signed_in(world.analyst)
    form = client.get("/counter/inspections/plan/").context["form"]
    assert ("C", "制造业") in form.fields["trade"].choices
    assert world.bureau.district in dict(form.fields["district"].choices)
    posted = {**PLAN, "district": world.bureau.district, "units": [world.market.code, empty.code]}
    refused = client.post("/counter/inspections/plan/", posted)
    assert (refused.status_code, "市档案局" in refused.content.decode()) == (422, True)
    assert client.post("/counter/inspections/plan/", {**posted, "trade": "ZZ"}).status_code == 422
    assert not JointInspection.objects.exists()
    planned = client.post("/counter/inspections/plan/", {**posted, "units": [world.market.code]})
    page = client.get(planned["Location"]).content.decode()
    assert "制造业" in page
    assert world.bureau.district not in page.split("<main")[1].split("</dl>")[0]


def test_counts_are_written_as_english_writes_them(world):
    client = signed_in(world.analyst)
    client.cookies["django_language"] = "en"
    page = client.get(f"/counter/inspections/{planned(world).ref}/").content.decode()
    assert "3 taxpayers are to be drawn, 1 inspector of each unit for each" in page
    many = planned(world, per_target=2, sample=1)
    assert "1 taxpayer is to be drawn, 2 inspectors" in client.get(f"/counter/inspections/{many.ref}/").content.decode()
