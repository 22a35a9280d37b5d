"""The papers of an application: handed in once, used again, fetched where an office keeps them (Art 10)."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.kernel.casework import cases, papers, procedures
from apps.kernel.casework.models import Case, CasePaper
from apps.kernel.documents import access, holdings
from apps.kernel.documents.models import HeldPaper, Upload
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Role
from apps.services.procedures.deferral import DEFERRAL
from tests import factories
from tests import factories_bundles as bundles
from tests.access.world import World

pytestmark = pytest.mark.django_db

ANSWERS = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}


@pytest.fixture
def world():
    people = bundles.departments()
    people.person = factories.citizen("周思远", office=people.tax)
    people.start = procedures.get("start-business")
    people.draft = cases.open_case(people.start, people.person, bundles.NEW_BUSINESS)
    return people


def signed_in(actor: Actor) -> Client:
    client = Client()
    World._sign_in(client, actor.user)
    return client


def kinds(case: Case) -> list[str]:
    return list(case.papers.values_list("kind", flat=True))


def test_an_application_lacking_a_required_paper_says_which_and_stays_a_draft(world):
    with pytest.raises(ValidationError) as refusal:
        cases.perform(world.draft, "submit", world.person)
    assert refusal.value.message_dict == {
        "papers": ["请上传：公司章程或者设立协议。", "请上传：住所使用证明，例如租赁合同。"]
    }
    world.draft.refresh_from_db()
    assert (world.draft.state, kinds(world.draft)) == ("draft", [])


def test_what_a_government_office_keeps_is_fetched_and_never_asked_for(world):
    row = next(row for row in papers.rows(world.draft, world.person) if row.paper.kind == "identity-card")
    assert (row.fetched.issuer, row.missing) == ("公安机关", False)
    assert not HeldPaper.objects.exists()  # looking writes nothing
    whole = bundles.business_started(world.person)
    card = whole.papers.get(kind="identity-card").paper
    assert (card.source, card.upload) == ("licence", None)
    assert world.person.party.person.id_number not in card.number  # the number is shown in part only


def test_a_paper_handed_in_once_is_offered_and_used_the_next_time(world):
    first = cases.attach(world.draft, "articles", world.person, file=bundles.scan("章程.png"))
    again = cases.open_case(world.start, world.person, bundles.NEW_BUSINESS)
    row = next(row for row in papers.rows(again, world.person) if row.paper.kind == "articles")
    assert row.held == [first.paper]
    cases.attach(again, "articles", world.person, held=first.paper.ref)
    assert CasePaper.objects.filter(paper=first.paper).count() == 2
    assert Upload.objects.count() == 1


def test_an_expired_licence_is_not_used(world):
    party = world.person.party
    marriage = {"kind": "marriage-certificate", "title": "结婚证", "issuer": "上海市民政局", "number": "J310101-1"}
    holdings.record(party, **marriage, valid_until=dt.date(2026, 6, 30), actor=Actor.system("test"))
    with time_machine.travel(dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)):
        assert holdings.kept(party, "marriage-certificate") is not None
    with time_machine.travel(dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)):
        assert holdings.kept(party, "marriage-certificate") is None


def test_a_paper_that_failed_its_scan_is_missing_again(world):
    use = cases.attach(world.draft, "articles", world.person, file=bundles.scan())
    upload = use.paper.upload
    upload.file.delete(save=False)
    Upload.objects.filter(pk=upload.pk).update(state=Upload.State.REFUSED, file="", scanned_at=scanned())
    with pytest.raises(ValidationError, match="公司章程"):
        cases.perform(world.draft, "submit", world.person)


def scanned() -> dt.datetime:
    return dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)


def test_nobody_else_attaches_detaches_or_uses_anothers_paper(world):
    use = cases.attach(world.draft, "articles", world.person, file=bundles.scan())
    stranger = factories.citizen("陌生人", office=world.tax)
    own = cases.open_case(world.start, stranger, bundles.NEW_BUSINESS)
    with pytest.raises(ValidationError, match="请选择要上传的文件"):
        cases.attach(own, "articles", stranger, held=use.paper.ref)
    for actor in (stranger, world.market, world.clerk):
        with pytest.raises(cases.NotOpen):
            cases.attach(world.draft, "premises", actor, file=bundles.scan())
        with pytest.raises(cases.NotOpen):
            cases.detach(world.draft, use.paper.ref, actor)
    assert kinds(world.draft) == ["articles"]


def test_each_department_opens_the_papers_its_part_needs_and_no_others(world):
    whole = bundles.business_started(world.person)
    bundles.approve(bundles.part(whole, "market"), world.market, number=factories.credit_code())
    uploads = {use.kind: use.paper.upload for use in whole.papers.filter(paper__upload__isnull=False)}

    def may_open(actor) -> set[str]:
        return {kind for kind, upload in uploads.items() if access.reader(upload, actor) is not None}

    assert may_open(world.market) == {"articles", "premises"}
    assert may_open(world.clerk) == {"premises"}  # the tax part; watching over the whole opens nothing more
    assert may_open(world.hrss) == may_open(world.police) == may_open(world.civilaffairs) == set()


def test_after_submission_the_counter_takes_papers_and_a_supplement_reopens_them_to_the_applicant(world):
    office = world.tax
    payer = factories.representative(factories.company(office=office))
    case = cases.open_submitted(DEFERRAL, payer, ANSWERS, idempotency_key="papers-0001")
    with pytest.raises(cases.NotOpen, match="现在不能增减材料"):
        cases.attach(case, "deferral-1", payer, file=bundles.scan())
    cases.attach(case, "deferral-1", world.clerk, file=bundles.scan("柜台收到的流水.png"))
    case = cases.perform(cases.perform(case, "accept", world.clerk), "ask_supplement", world.clerk, reason="请补合同。")
    cases.attach(case, "other", payer, file=bundles.scan("合同.png"))
    assert kinds(case) == ["deferral-1", "other"]
    auditor = factories.staff(office, Role.AUDITOR, name="秦守仁")
    with pytest.raises(cases.NotOpen):
        cases.attach(case, "other", auditor, file=bundles.scan())


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"kind": "articles"}, "请选择要上传的文件"),
        ({"kind": "shoe-size", "held": "x"}, "这个事项不需要这种材料"),
        ({"kind": "articles", "file": SimpleUploadedFile("章程.exe", b"MZ\x90\x00")}, "章程"),
        ({"kind": "articles", "file": SimpleUploadedFile("空.pdf", b"")}, "空"),
    ],
    ids=["nothing", "unknown kind", "program", "empty"],
)
def test_a_bad_upload_is_answered_in_words_beside_its_field(world, sent, told):
    client, ref = signed_in(world.person), world.person.party.ref
    for content in (each for each in sent.values() if not isinstance(each, str)):
        content.seek(0)
    page = client.post(f"/as/{ref}/cases/{world.draft.number}/papers/", sent)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert kinds(world.draft) == []


def test_the_form_leads_through_the_papers_to_the_check_page_and_its_error_leads_back(world):
    client, ref = signed_in(world.person), world.person.party.ref
    base = f"/as/{ref}/cases/{world.draft.number}"
    last = client.post(f"{base}/fill/staff/", {"hires": "no"})
    assert last["Location"] == f"{base}/papers/"
    refused = client.post(f"{base}/check/", {})
    assert refused.status_code == 422
    assert f'href="{base}/papers/"' in refused.content.decode()
    for kind in ("articles", "premises"):
        assert client.post(f"{base}/papers/", {"kind": kind, "file": bundles.scan()}).status_code == 302
    confirmation = client.post(f"{base}/check/", {})["Location"]
    assert confirmation == f"{base}/done/"
    page = client.get(confirmation).content.decode()
    assert f"{world.draft.title} · {world.person.party.name}" in page
    assert f'<p class="reference">{world.draft.number}</p>' in page
    assert "请报办件编号" in page


def test_papers_by_api(world):
    client = signed_in(world.person)
    client.defaults["HTTP_X_ACTING_FOR"] = world.person.party.ref
    base = f"/api/v1/cases/{world.draft.number}"
    listed = {row["kind"]: row for row in client.get(f"{base}/papers/").json()}
    assert listed["identity-card"]["fetched_from"] == "公安机关"
    assert listed["articles"]["missing"] is True

    refused = client.post(f"{base}/actions/submit/", {}, content_type="application/json")
    assert (refused.status_code, "papers" in refused.content.decode()) == (400, True)
    for kind in ("articles", "premises"):
        answer = client.post(f"{base}/papers/", {"kind": kind, "file": bundles.scan()})
        assert answer.status_code == 201, answer.content
    ref = next(row for row in answer.json() if row["kind"] == "premises")["attached"][0]["ref"]
    assert client.delete(f"{base}/papers/{ref}/").status_code == 204
    kept = client.post(f"{base}/papers/", {"kind": "premises", "held": ref}, content_type="application/json")
    assert kept.status_code == 201
    assert client.post(f"{base}/actions/submit/", {}, content_type="application/json").json()["state"] == "running"

    parts = client.get("/api/v1/cases/", {"parent": world.draft.number}).json()["results"]
    assert [(row["part"], row["parent"]) for row in parts] == [("market", world.draft.number)]
