"""Checks by party and of exemptions; what is in doubt is resolved in a day; a later revocation is told (Art 28)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from apps.collaboration.registry import checking, mismatch
from apps.collaboration.registry.models import CertificateCheck
from apps.kernel.casework import cases
from apps.kernel.casework.models import Case
from apps.kernel.documents import letters
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.ledger import charges
from apps.kernel.notifications.models import Message
from apps.kernel.parties.models import Office, Role
from tests import factories, factories_doors
from tests.access.world import World

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 10, 28, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def world():
    with time_machine.travel(AT, tick=False):

        class There:
            tax = factories.tax_office()
            clerk = factories.staff(tax, Role.CLERK)
            chief = factories.staff(tax, Role.CHIEF, name="方志远")
            payer = factories.company(office=tax)
            officer = factories.staff(
                factories.department("市不动产登记中心", kind=Office.Kind.REGISTRY), Role.OFFICER, name="邹明辉"
            )

        yield There


def certificate(world, levy: str = "契税", kind: str = checking.PAID) -> IssuedDocument:
    row = {"levy": levy, "period": "2026-10-20", "amount": "100.00"}
    context = {"rows": [row], "total": "100.00"}
    context |= {"number": "SH1"} if kind == checking.EXEMPT else {}
    return letters.issue(kind, world.payer, context, actor=world.clerk, about="case/SH1")


def ask(world, **changed) -> CertificateCheck:
    given = {"payer": world.payer.name, "matter": "real_estate", "matter_number": "沪黄2026-1", "actor": world.officer}
    return checking.check(**{**given, **changed})


def by_party(world, **changed) -> CertificateCheck:
    return ask(world, payer_code=world.payer.organisation.uscc, **changed)


def test_by_party_the_latest_certificate_that_covers_the_tax_is_found(world):
    assert by_party(world).outcome == "unknown"
    certificate(world, levy="增值税")
    assert by_party(world).outcome == "unknown"
    first = certificate(world)
    assert by_party(world).document == first
    exempt = certificate(world, kind=checking.EXEMPT)
    assert by_party(world).document == exempt
    letters.revoke(exempt, actor=world.clerk, reason="error")
    assert by_party(world).document == first
    assert by_party(world, matter="land").outcome == "unknown"
    assert by_party(world, payer="别人").outcome == "unknown"


def test_by_the_address_a_qr_code_holds_and_by_an_exemption_number(world):
    paid, exempt = certificate(world), certificate(world, kind=checking.EXEMPT)
    assert ask(world, asked=f"http://portal.example/verify/{paid.code}/").document == paid
    assert ask(world, asked=exempt.number).passed


def test_one_of_the_two_ways_is_needed_and_a_code_must_be_one(world):
    for changed, name in (({}, "asked"), ({"payer_code": "123"}, "payer_code")):
        with pytest.raises(ValidationError) as refusal:
            ask(world, **changed)
        assert name in refusal.value.message_dict
    foreign = factories.company("上海别的有限公司")
    paper = certificate(world)
    assert ask(world, asked=paper.number, payer_code=foreign.organisation.uscc).outcome == "mismatch"


def test_a_certificate_of_another_tax_does_not_let_the_registry_go_on(world):
    vat = certificate(world, levy="增值税")
    row = ask(world, asked=vat.number)
    assert (row.outcome, row.may_register) == ("other_levy", False)
    case = mismatch.open_for(row, note="申请人只有增值税凭证。", tax_office=None, actor=world.officer, key="m-1")
    assert case.office == world.tax


def test_a_certificate_used_before_is_pointed_out(world):
    deed = certificate(world)
    first = ask(world, asked=deed.number)
    again = ask(world, asked=deed.number)
    other = ask(world, asked=deed.number, matter_number="沪黄2026-2")
    assert [checking.used_before(row) for row in (first, again, other)] == [False, False, True]


def test_a_mismatch_goes_to_the_payers_tax_office_and_the_answer_to_the_registry(world):
    row = by_party(world)
    case = mismatch.open_for(row, note="申请人称已缴契税。", tax_office=None, actor=world.officer, key="m-1")
    assert mismatch.open_for(row, note="再问", tax_office=None, actor=world.officer, key="m-2") == case
    assert case.office == world.tax
    assert case.clocks.get(term="registry-manual").due_at.date() == dt.date(2026, 10, 29)
    with pytest.raises(ValidationError):
        cases.perform(case, "resolve", world.clerk, answer="paid", certificate="", reason="已缴。")
    with pytest.raises(ValidationError):
        cases.perform(case, "resolve", world.clerk, answer="paid", certificate="没有", reason="已缴。")
    vat = certificate(world, levy="增值税")
    with pytest.raises(ValidationError, match="应当查验的税种"):
        cases.perform(case, "resolve", world.clerk, answer="paid", certificate=vat.number, reason="已缴。")
    paper = certificate(world)
    cases.perform(case, "resolve", world.clerk, answer="paid", certificate=paper.number, reason="名称变更所致。")
    row.refresh_from_db()
    assert (row.resolution, row.may_register) == ("confirmed", True)
    news = Message.objects.filter(office=world.officer.office, template="collaboration-news", about=case.about)
    assert "名称变更所致" in news.get().body
    with pytest.raises(ValidationError):
        mismatch.open_for(row, note="x", tax_office=None, actor=world.officer, key="m-3")


def test_what_is_not_settled_stays_refused_and_only_the_own_check_is_asked_about(world):
    row = by_party(world)
    other = factories.staff(factories.department(), Role.OFFICER, name="苏建业")
    for who in (other, world.clerk):
        with pytest.raises(PermissionDenied):
            mismatch.open_for(row, note="x", tax_office=None, actor=who, key="m-1")
    case = mismatch.open_for(row, note="未查到。", tax_office=world.tax, actor=world.officer, key="m-1")
    with pytest.raises(PermissionDenied):
        cases.perform(case, "resolve", world.officer, answer="exempt", certificate="", reason="自己答复。")
    cases.perform(case, "resolve", world.chief, answer="not_settled", certificate="", reason="尚未缴纳。")
    row.refresh_from_db()
    assert not row.may_register


def test_a_registry_that_relied_on_a_certificate_hears_of_its_revocation(world):
    paper, new = certificate(world), certificate(world)
    row, wrong = ask(world, asked=paper.number), ask(world, asked=paper.number, payer="别人")
    letters.revoke(paper, actor=world.clerk, reason="replaced", replaced_by=new)
    row.refresh_from_db()
    wrong.refresh_from_db()
    assert (row.may_register, row.warned_at, wrong.warned_at) == (False, AT, None)
    news = Message.objects.get(office=world.officer.office, template="certificate-revoked")
    assert new.number in news.body
    assert row.matter_number in news.body


def test_after_a_revocation_the_tax_office_can_still_resolve_the_check(world, client):
    paper = certificate(world)
    row = ask(world, asked=paper.number)
    letters.revoke(paper, actor=world.clerk, reason="error")
    World._sign_in(client, world.officer.user)
    assert "通过后凭证作废" in client.get(reverse("registry:check")).content.decode()
    row.refresh_from_db()
    case = mismatch.open_for(row, note="已登记，凭证作废。", tax_office=None, actor=world.officer, key="m-1")
    new = certificate(world)
    with time_machine.travel(AT + dt.timedelta(hours=1), tick=False):
        cases.perform(case, "resolve", world.clerk, answer="paid", certificate=new.number, reason="已换开。")
        row.refresh_from_db()
        assert row.may_register
    with time_machine.travel(AT + dt.timedelta(hours=2), tick=False):
        letters.revoke(new, actor=world.clerk, reason="error")
        row.refresh_from_db()
        assert not row.may_register
    told = Message.objects.filter(office=world.officer.office, template="certificate-revoked").order_by("id")
    assert [each.body.count(number) for each, number in zip(told, (paper.number, new.number), strict=True)] == [1, 1]


def test_the_registrys_system_learns_of_revocations_from_a_moment_on(world):
    paper = certificate(world)
    row, other = ask(world, asked=paper.number), ask(world, asked=certificate(world).number)
    letters.revoke(paper, actor=world.clerk, reason="error")
    system = Client(headers=factories_doors.system(world.officer, "registry.check"))
    where = reverse("api-registry-revocations")
    told = system.get(where, {"since": AT.isoformat()}).json()["results"]
    assert [(each["ref"], each["may_register"], each["revoked_since"]) for each in told] == [(row.ref, False, True)]
    assert other.ref not in str(told)
    assert system.get(where, {"since": (AT + dt.timedelta(seconds=1)).isoformat()}).json()["results"] == []
    assert list(system.get(where, {"since": "gestern"}).json()["errors"]) == ["since"]
    foreign = Client(
        headers=factories_doors.system(factories.staff(factories.department(), Role.OFFICER), "registry.check")
    )
    assert foreign.get(where).json()["results"] == []
    assert Client(headers=factories_doors.system(world.officer, "fees.read")).get(where).status_code == 403


def test_an_exemption_certificate_follows_the_decision_and_passes_the_check(world):
    owner = factories.representative(world.payer)
    charges.assess(
        party=world.payer,
        levy="deed",
        period="2026-10-20",
        amount=Decimal("30000.00"),
        due=dt.date(2026, 11, 30),
        about="x",
        actor=world.clerk,
    )
    detail = {
        "levy_id": "deed",
        "period": "2026-10-20",
        "amount": Decimal("30000.00"),
        "ground": "statutory",
        "explanation": "承受征收补偿房屋。",
    }
    from apps.kernel.casework import procedures  # noqa: PLC0415 - the matter is another chapter's, known by its code

    case = cases.open_submitted(procedures.get("reduction"), owner, detail, idempotency_key="red-1")
    cases.perform(case, "accept", world.clerk)
    cases.perform(case, "approve", world.chief)
    paper = IssuedDocument.objects.get(kind=checking.EXEMPT)
    assert paper.number.startswith("沪税免〔2026〕")
    assert by_party(world).document == paper


def test_pages_and_api_show_the_doubt_and_its_answer(world, client):
    World._sign_in(client, world.officer.user)
    given = {"payer": world.payer.name, "matter": "real_estate", "matter_number": "沪黄2026-9", "key": "page-1"}
    where = reverse("registry:check")
    assert client.post(where, given).status_code == 422
    assert client.post(where, {**given, "payer_code": "x"}).status_code == 422
    found = client.post(where, {**given, "payer_code": world.payer.organisation.uscc})
    assert found.status_code == 302
    assert "没有查到这位申请人有效的完税凭证" in client.get(found["Location"]).content.decode()
    assert client.post(found["Location"], {"note": ""}).status_code == 422
    assert client.post(found["Location"], {"note": "称已缴纳", "key": "page-2"}).status_code == 302
    number = Case.objects.get(procedure=mismatch.CODE).number
    assert number in client.get(found["Location"]).content.decode()
    headers = factories_doors.system(world.officer, "registry.check")
    system = Client(headers=headers)
    body = {name: given[name] for name in ("payer", "matter", "matter_number")}
    body |= {"payer_code": world.payer.organisation.uscc}
    first = system.post(reverse("api-registry-checks"), body, content_type="application/json").json()
    assert (first["outcome"], first["may_register"]) == ("unknown", False)
    one = reverse("api-registry-check", args=[first["ref"]])
    asked = system.post(
        reverse("api-registry-dispute", args=[first["ref"]]), {"note": "x"}, content_type="application/json"
    )
    assert asked.status_code == 201
    case = Case.objects.get(number=asked.json()["number"])
    cases.perform(case, "resolve", world.clerk, answer="exempt", certificate="", reason="依法免征。")
    assert system.get(one).json()["may_register"] is True
    other = factories.staff(factories.department(), Role.OFFICER, name="苏建业")
    foreign = Client(headers=factories_doors.system(other, "registry.check"))
    assert foreign.get(one).status_code == 404
