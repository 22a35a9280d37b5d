"""An agreement from application to public notice: examined, drafted, approved, signed by both, ended (Art 23)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.collaboration.delegated import collectors, inspecting, procedure, texts
from apps.collaboration.delegated.models import DelegatedAgreement, Signature
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Mandate
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from tests import factories
from tests import factories_delegated as make

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def side():
    with time_machine.travel(NOW, tick=False):
        yield make.Side()


def test_both_sides_sign_the_same_text_and_the_certificate_is_issued(side):
    agreement = make.in_force(side)
    version = agreement.version
    assert agreement.case.state == "in_force"
    assert [each.side for each in version.signatures.all()] == ["collector", "office"]
    assert {each.sha256 for each in version.signatures.all()} == {version.sha256} == {texts.digest(version.terms)}
    assert version.document.context["sha256"] == version.sha256
    kinds = IssuedDocument.objects.filter(about=agreement.case.about).values_list("kind", flat=True)
    assert {"delegated-agreement", "delegated-certificate"} <= set(kinds)
    clocks = dict(agreement.case.clocks.values_list("term", "stopped_at"))
    assert clocks["delegated-decide"] is not None
    assert clocks["delegated-agreement"] is None
    term = agreement.case.clocks.get(term="delegated-agreement")
    assert (term.due_at.astimezone(SHANGHAI).date(), term.whose) == (agreement.ends, "applicant")
    assert agreement.findings.filter(met=True).count() == 5


def test_a_collector_that_misses_a_condition_is_not_qualified(side):
    case = make.applied(side)
    with pytest.raises(ValidationError) as refused:
        cases.perform(case, "qualify", side.clerk, **{**make.MET, "accounting": False})
    assert list(refused.value.error_dict) == ["accounting"]


def test_three_years_is_the_longest_and_the_database_holds_it_too(side):
    begins = dt.date(2026, 11, 1)
    assert make.applied(side, begins=begins, ends=dt.date(2029, 10, 31)).state == "submitted"
    with pytest.raises(ValidationError, match="最长"):
        make.applied(side, begins=begins, ends=dt.date(2029, 11, 1))
    case = make.applied(side, begins=begins, ends=dt.date(2027, 1, 1))
    with pytest.raises(IntegrityError, match="three_years"), transaction.atomic():
        DelegatedAgreement.objects.filter(case=case).update(ends=dt.date(2030, 1, 1))


def test_who_drafted_does_not_approve_and_a_fee_beyond_the_ceiling_is_refused(side):
    case = make.applied(side, levies=["vehicle-vessel"])
    cases.perform(case, "qualify", side.clerk, **make.MET)
    with pytest.raises(ValidationError, match="上限"):
        cases.perform(case, "draft", side.clerk, **{**make.TEXT, "fee_percent": 5})
    both = factories.staff(side.office, "clerk", "chief", name="一身二任")
    cases.perform(case, "draft", both, **make.TEXT)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "approve", both)
    assert cases.perform(case, "approve", side.chief).state == "approved"


def test_a_new_draft_is_a_new_version_and_the_earlier_letter_is_void(side):
    case = make.approved(side)
    first = case.detail.version
    cases.perform(case, "draft", side.clerk, **{**make.TEXT, "remit_days": 3})
    second = case.detail.version
    assert (first.number, second.number) == (1, 2)
    assert first.sha256 != second.sha256
    assert IssuedDocument.objects.get(pk=first.document_id).revoked_at is not None


def test_a_text_that_was_tampered_with_cannot_be_signed(side):
    case = make.approved(side)
    DelegatedAgreement.objects.filter(case=case).update(area="全市")
    with pytest.raises(ValidationError, match="不一致"):
        cases.perform(case, "sign", side.owner)
    assert not Signature.objects.exists()


def test_only_the_legal_representative_binds_the_collector(side):
    case = make.approved(side)
    filer = factories.representative(side.collector, Mandate.Kind.FILER, "办税员")
    with pytest.raises(PermissionDenied, match="法定代表人"):
        cases.perform(case, "sign", filer)
    with pytest.raises(PermissionDenied):
        cases.perform(case, "sign", side.clerk)


@pytest.mark.parametrize(
    ("who", "action", "given", "ending"),
    [
        ("owner", "end", {}, "collector"),
        ("chief", "terminate", {"ending": "breach"}, "breach"),
        ("chief", "terminate", {"ending": "office"}, "office"),
    ],
)
def test_either_side_ends_it_and_the_public_is_told(side, who, action, given, ending):
    agreement = make.in_force(side)
    cases.perform(agreement.case, action, getattr(side, who), reason="市场停业。", **given)
    agreement.refresh_from_db()
    assert (agreement.ending, agreement.ended_on) == (ending, clock.today())
    certificate = IssuedDocument.objects.get(kind="delegated-certificate")
    assert certificate.revoked_at is not None
    assert IssuedDocument.objects.filter(kind="delegated-ending").count() == 1
    page = Client().get(reverse("collectors")).content.decode()
    assert side.collector.name in page.split("协议已结束")[1]


def test_it_expires_the_day_after_its_last_and_only_once(side):
    agreement = make.in_force(side, ends=clock.today() + dt.timedelta(days=3))
    assert procedure.expire_due() == 0
    with time_machine.travel(NOW + dt.timedelta(days=4), tick=False):
        assert procedure.expire_due() == 1
        assert procedure.expire_due() == 0
    assert Case.objects.get(pk=agreement.case_id).state == "expired"


def test_a_renewal_names_ones_own_agreement(side):
    agreement = make.in_force(side)
    stranger = make.Side("上海曹家渡花卉市场有限公司")
    assert make.applied(side, renews=agreement.case.number).state == "submitted"
    with pytest.raises(ValidationError, match="没有这个编号"):
        make.applied(stranger, renews=agreement.case.number)


def test_the_public_sees_collectors_in_force_and_none_that_only_applied(side):
    make.in_force(side)
    make.applied(make.Side("上海还在申请的市场有限公司"))
    page = Client().get(reverse("collectors")).content.decode()
    assert side.collector.name in page.split("协议已结束")[0]
    assert "还在申请" not in page


def test_the_public_is_told_which_renewed_agreement_has_not_begun(side):
    agreement = make.in_force(side)
    page = Client().get(reverse("collectors")).content.decode()
    assert "尚未开始" not in page
    begins = agreement.ends + dt.timedelta(days=1)
    make.in_force(side, renews=agreement.case.number, begins=begins, ends=begins + dt.timedelta(days=300))
    assert Client().get(reverse("collectors")).content.decode().count("尚未开始") == 1


def test_a_person_collects_with_a_certificate_nobody_else_has(side):
    agreement = make.in_force(side)
    person = make.grid(agreement, side)
    with pytest.raises(ValidationError, match="已经登记"):
        make.grid(agreement, side)
    stranger = make.Side("上海别家市场有限公司")
    with pytest.raises(PermissionDenied):
        collectors.strike(person, stranger.owner)
    assert collectors.strike(person, side.owner).valid_to == clock.today()


def test_a_grid_workers_account_must_be_of_the_street_the_agreement_names(side):
    street = make.street()
    agreement = make.in_force(side, text={"works_as": street})
    worker = factories.staff(street, "grid", name="网格员")
    assert make.grid(agreement, side, username=worker.user.username).user == worker.user
    other = factories.staff(make.street(), "grid", name="别街道")
    with pytest.raises(ValidationError, match="不是该单位"):
        make.grid(agreement, side, "代证-002", other.user.username)


def test_an_inspection_goes_from_plan_to_correction(side):
    agreement = make.in_force(side)
    given = {"planned_on": clock.today(), "scope": "凭证和解缴", "key": "inspect-01"}
    case = inspecting.plan(agreement, side.clerk, **given)
    assert inspecting.plan(agreement, side.clerk, **given).pk == case.pk
    assert case.state == "planned"
    told = Message.objects.filter(party=side.collector, about=case.about).values_list("template", flat=True)
    assert set(told) == {"delegated-inspection"}  # the collector applied for nothing
    with pytest.raises(PermissionDenied):
        inspecting.plan(agreement, side.owner, planned_on=clock.today(), scope="x", key="inspect-02")
    cases.perform(case, "order", side.clerk, findings="三张收据没有编号。")
    assert case.clocks.get(term="delegated-correct").whose == "applicant"
    assert Case.objects.visible_to(side.owner).filter(pk=case.pk).exists()
    cases.perform(case, "report", side.owner, corrected="已全部补编。")
    assert cases.perform(case, "close", side.clerk).state == "closed"


def test_an_inspection_has_no_result_before_its_day(side):
    day = clock.today() + dt.timedelta(days=3)
    case = inspecting.plan(make.in_force(side), side.clerk, planned_on=day, scope="凭证", key="inspect-04")
    for action in ("clear", "order"):
        with pytest.raises(PermissionDenied, match="当天起"):
            cases.perform(case, action, side.clerk, findings="还没有去查。")
    with time_machine.travel(NOW + dt.timedelta(days=3), tick=False):
        assert cases.perform(case, "clear", side.clerk, findings="账证相符。").state == "sound"


def test_a_breach_found_by_inspection_ends_the_agreement_with_it(side):
    agreement = make.in_force(side)
    case = inspecting.plan(agreement, side.clerk, planned_on=clock.today(), scope="解缴", key="inspect-03")
    cases.perform(case, "order", side.clerk, findings="截留税款。")
    cases.perform(case, "breach", side.chief, reason="逾期拒不改正。")
    agreement.refresh_from_db()
    assert (Case.objects.get(pk=agreement.case_id).state, agreement.ending) == ("terminated", "breach")
