"""The public check and downloads, as a stranger, the owner and staff meet them."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.kernel.audit.reading import reads_of
from apps.kernel.documents import access, codes, letters, writing
from apps.kernel.documents.checking import masked_name
from apps.kernel.documents.models import IssuedDocument
from apps.kernel.parties.actors import Actor
from tests import factories
from tests.access.roles import Role
from tests.access.world import World
from tests.factories_documents import payment_certificate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
SYSTEM = Actor.system("ledger")


@pytest.fixture(autouse=True)
def _fresh_throttle() -> None:
    cache.clear()


def signed_in(user) -> Client:
    world = World({Role.OWNER: user}, {})
    return world.client(Role.OWNER)


def check(code: str, client: Client | None = None):
    return (client or Client()).get(reverse("documents:verify_code", args=[code]))


def test_a_valid_certificate_is_confirmed_without_telling_more_than_needed():
    company = factories.company("上海浦江精密仪器有限公司", office=factories.tax_office())
    certificate = writing.write(payment_certificate(company).pk)
    page = check(certificate.printed_code)
    said = page.content.decode()
    assert page.status_code == 200
    for words in ("有效", certificate.number, "税收完税证明", "128,400.00", certificate.sha256, "上海******有限公司"):
        assert words in said
    for secret in (company.name, company.organisation.uscc, company.ref, "增值税"):
        assert secret not in said
    assert "no-store" in page["Cache-Control"]


def test_a_revoked_certificate_says_when_why_and_what_replaces_it():
    company = factories.company()
    old, new = payment_certificate(company), payment_certificate(company)
    letters.revoke(old, actor=SYSTEM, reason="replaced", note="经办人笔误", replaced_by=new)
    said = check(old.code).content.decode()
    for words in ("已作废", "已换开", new.number):
        assert words in said
    for secret in ("经办人笔误", new.printed_code, new.code):
        assert secret not in said


def test_every_unknown_code_gets_the_same_answer():
    client = Client()
    known = payment_certificate(factories.company())

    def answer(code: str) -> tuple[int, str]:
        page = check(code, client)
        body = page.content.decode().replace(page.wsgi_request.get_full_path(), "PATH")
        return page.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "TOKEN", body)

    almost = known.code[:-1] + ("0" if known.code[-1] != "0" else "1")
    answers = {answer(code) for code in (codes.new(), almost, "0" * 20, "u" * 20, "not a code")}
    assert len(answers) == 1
    status, body = answers.pop()
    assert status == 404
    assert "没有查到这份文书" in body


def test_a_typed_code_leads_to_the_address_the_qr_holds():
    certificate = payment_certificate(factories.company())
    typed = certificate.printed_code.lower().replace("-", " ")
    page = Client().get(reverse("documents:verify"), {"code": typed}, follow=True)
    assert certificate.number in page.content.decode()


@pytest.mark.parametrize("typed", ["", "  ", "x" * 41])
def test_an_empty_or_endless_code_is_asked_for_again(typed):
    page = Client().get(reverse("documents:verify"), {"code": typed})
    assert page.status_code == 400
    assert "error-summary" in page.content.decode()


@pytest.mark.parametrize("typed", ["../../etc", "a/b", "?", "%", "\\", "验证码", "."])
def test_odd_codes_are_unknown_never_an_error(typed):
    page = Client().get(reverse("documents:verify"), {"code": typed}, follow=True)
    assert page.status_code == 404


def test_one_address_cannot_try_codes_without_end():
    client = Client()
    statuses = [check(codes.new(), client).status_code for _ in range(61)]
    assert statuses == [404] * 60 + [429]
    page = check(codes.new(), client)
    assert int(page["Retry-After"]) > 0
    assert "一分钟后再试" in page.content.decode()
    other = Client(REMOTE_ADDR="10.9.9.9")
    assert check(codes.new(), other).status_code == 404
    assert client.get(reverse("api_verify", args=[codes.new()])).status_code == 429


def test_other_systems_check_by_api():
    company = factories.company("上海浦江精密仪器有限公司", office=factories.tax_office())
    certificate = writing.write(payment_certificate(company).pk)
    answer = Client().get(reverse("api_verify", args=[certificate.printed_code]))
    assert answer.json() == {
        "state": "valid",
        "kind": "税收完税证明",
        "number": certificate.number,
        "issued_on": answer.json()["issued_on"],
        "office": "黄浦区税务局第一税务所",
        "payer": "上海******有限公司",
        "amount": "128400.00",
        "sha256": certificate.sha256,
        "revoked_on": None,
        "revocation_reason": "",
        "replacement": "",
    }
    unknown = [Client().get(reverse("api_verify", args=[code])) for code in (codes.new(), "nonsense")]
    assert [answer.status_code for answer in unknown] == [404, 404]
    assert unknown[0].content == unknown[1].content


@pytest.mark.parametrize(
    ("name", "person", "shown"),
    [
        ("王明", True, "王*"),
        ("王小明", True, "王*明"),
        ("欧阳小明", True, "欧*明"),
        ("上海浦江精密仪器有限公司", False, "上海******有限公司"),
        ("浦江面馆", False, "浦**馆"),
        ("甲乙", False, "甲*乙"),
    ],
)
def test_names_are_masked_for_strangers(name, person, shown):
    assert masked_name(name, person=person) == shown


def download(client: Client, document):
    return client.get(document.get_absolute_url())


def test_the_owner_and_whoever_acts_for_them_download_the_pdf():
    company = factories.company(office=factories.tax_office())
    accountant = factories.representative(company)
    certificate = payment_certificate(company)
    answer = download(signed_in(accountant.user), certificate)
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    # An agent's look is told to the company; a person's look at their own paper is not.
    assert [row.target for row in reads_of(company)] == [f"document/{certificate.ref}"]
    person = factories.citizen("李梅")
    own = payment_certificate(person.party)
    assert download(signed_in(person.user), own).status_code == 200
    assert not reads_of(person.party).exists()


def test_staff_of_the_issuing_office_download_and_it_is_on_record():
    office = factories.tax_office()
    clerk = factories.staff(office)
    company = factories.company(office=office)
    certificate = payment_certificate(company, actor=clerk)
    assert download(signed_in(clerk.user), certificate).status_code == 200
    assert [row.actor_id for row in reads_of(company)] == [clerk.user.pk]


def test_anyone_else_gets_what_an_absent_document_gives():
    certificate = payment_certificate(factories.company(office=factories.tax_office()))
    absent = reverse("documents:letter", args=["0000000000"])
    for actor in (factories.citizen("陌生人"), factories.staff(factories.tax_office("浦东新区税务局"))):
        client = signed_in(actor.user)
        foreign = download(client, certificate)
        assert foreign.status_code == client.get(absent).status_code == 404
    assert Client().get(certificate.get_absolute_url()).status_code == 302


def test_the_business_a_paper_belongs_to_may_let_others_in(monkeypatch):
    certificate = payment_certificate(factories.company(), about="matter/7")
    helper = factories.staff(factories.department())
    client = signed_in(helper.user)
    assert download(client, certificate).status_code == 404
    monkeypatch.setattr(access, "_rules", {})
    access.grant("matter", lambda about, actor: about == "matter/7" and actor.office == helper.office)
    assert download(client, certificate).status_code == 200


def test_a_limited_mandate_opens_what_came_of_its_own_doing_and_what_its_business_lets_in(monkeypatch):
    company = factories.company()
    accountant = factories.representative(company, "finance", levies=["vat"])
    own = payment_certificate(company, actor=accountant)
    other, granted = payment_certificate(company), payment_certificate(company, about="matter/7")
    client = signed_in(accountant.user)
    monkeypatch.setattr(access, "_rules", {"matter": lambda about, actor: actor.mandate == accountant.mandate})
    assert [download(client, paper).status_code for paper in (own, other, granted)] == [200, 404, 200]
    assert list(IssuedDocument.objects.visible_to(accountant)) == [own]
    assert list(IssuedDocument.objects.visible_to(Actor(user=accountant.user))) == [own]
    assert IssuedDocument.objects.visible_to(Actor()).count() == 0
