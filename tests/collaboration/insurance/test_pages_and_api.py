"""The same use cases through pages and API: agencies, employers, payers, units and clerks (Art 24)."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.collaboration.insurance import feedback, reading
from apps.collaboration.insurance.models import (
    AssessedPayer,
    InsuranceBill,
    InsuranceDeclaration,
    InsuranceExchange,
    PayerGroup,
)
from apps.kernel.casework.models import Case
from apps.kernel.workcalendar import clock
from tests import factories_doors, factories_ledger
from tests import factories_insurance as make
from tests.factories_doors import signed_in

pytestmark = pytest.mark.django_db
BOTH = ("contributions.write", "contributions.read")


def body(*rows, **changed) -> dict:
    """A delivery as a system sends it."""
    return {
        "message_id": "HRSS-20261028-001",
        "kind": "assessments",
        "sent_at": clock.now().isoformat(),
        "unit": "yuan",
        "control_count": len(rows),
        "control_total": str(sum(Decimal(row["employer"]) + Decimal(row["employee"]) for row in rows)),
        "rows": list(rows),
        **changed,
    }


def test_an_agencys_system_delivers_reads_on_and_reconciles(world):
    headers, client = factories_doors.system(world.hrss, *BOTH), Client()
    sent = body(make.line(world.employer))
    send = lambda what: client.post(  # noqa: E731 - the same call three times
        reverse("api-insurance-exchanges"), what, "application/json", headers=headers
    )
    first = send(sent)
    assert (first.status_code, first.json()["state"]) == (201, "taken")
    assert send(sent).json()["ref"] == first.json()["ref"]
    assert send({**sent, "unit": "fen"}).status_code == 400  # the number stands for something else
    wrong = send(body(make.line(world.citizen.party), message_id="HRSS-2", unit="fen"))
    assert (wrong.status_code, wrong.json()["reason"]) == (422, "wrong-unit")
    bill = InsuranceBill.objects.get()
    factories_ledger.paid(bill.charge, actor=world.owner)
    feedback.tell()
    told = client.get(reverse("api-insurance-feedback"), headers=headers).json()["results"]
    assert (told[0]["payer_code"], told[0]["amount"]) == (world.employer.organisation.uscc, "2400.00")
    on = client.get(reverse("api-insurance-feedback"), {"after": told[0]["id"]}, headers=headers).json()
    assert on == {"results": [], "next": ""}
    (day,) = client.get(reverse("api-insurance-reconciliation"), headers=headers).json()["days"]
    assert (day["accounted"], day["fed_back"]) == (True, "2400.00")
    foreign = factories_doors.system(world.medical, *BOTH)
    ref = first.json()["ref"]
    assert client.get(reverse("api-insurance-exchange", args=[ref]), headers=foreign).status_code == 404
    assert client.get(reverse("api-insurance-exchange", args=[ref]), headers=headers).json()["lines"] == 1


def test_a_system_without_the_scope_is_kept_out(world):
    reader, client = factories_doors.system(world.hrss, "contributions.read"), Client()
    where = reverse("api-insurance-exchanges")
    assert client.post(where, body(make.line()), "application/json", headers=reader).status_code == 403
    assert not InsuranceExchange.objects.exists()


def test_a_payroll_system_declares_a_month(world):
    make.delivered(world.hrss, make.registration(world.employer), kind="registrations")
    client, acting = signed_in(world.owner), {"X-Acting-For": world.employer.ref}
    employees = [{"name": "李晓", "person_number": make.employee(), "wage": "10000.00"}]
    where = reverse("api-insurance-declarations")
    sheet = {"period": "2026-09", "employees": employees}
    assert client.post(where, sheet, "application/json", headers=acting).status_code == 400  # no key
    keyed = acting | {"Idempotency-Key": "payroll-0001"}
    first = client.post(where, sheet, "application/json", headers=keyed)
    assert (first.status_code, first.json()["state"]) == (202, "reading")
    reading.take_in(InsuranceDeclaration.objects.get().pk)
    ref = first.json()["ref"]
    found = client.get(reverse("api-insurance-declaration", args=[ref]), headers=acting).json()
    assert (found["state"], found["errors"]) == ("ready", [])
    done = client.post(reverse("api-insurance-submit", args=[ref]), headers=acting).json()
    assert (done["in_force"], done["employee_total"]) == (True, "1050.00")
    assert client.get(where, headers=acting).json()[0]["ref"] == ref


def test_the_employers_pages_from_sheet_to_declaration(world):
    make.delivered(world.hrss, make.registration(world.employer), kind="registrations")
    client, ref = signed_in(world.owner), world.employer.ref
    page = reverse("insurance:employer", args=[ref])
    first = client.get(page).content.decode()
    assert "工伤保险费率 0.002" in first
    assert "已逾期" in first  # September was to be declared by the twenty-sixth
    wrong = make.sheet(("李晓", "123", "9000"), ("=cmd()", make.employee(), "九千"), excel=False)
    there = client.post(page, {"period": "2026-09", "file": wrong})["Location"]
    assert "正在读取核对" in client.get(there).content.decode()
    reading.take_in(InsuranceDeclaration.objects.get().pk)
    assert "其中 2 行有问题" in client.get(there).content.decode()
    errors = client.get(f"{there}errors.csv").content.decode()
    assert "'=cmd()" in errors
    assert "月工资请填大于零的数字" in errors
    good = make.sheet(("李晓", make.employee(), "9000"), ("王平", make.employee(), "99000"))
    there = client.post(page, {"period": "2026-09", "file": good})["Location"]
    reading.take_in(InsuranceDeclaration.objects.order_by("-pk").first().pk)
    shown = client.get(there).content.decode()
    assert "高于上限，按上限" in shown
    assert client.post(there).status_code == 302
    assert "已申报" in client.get(there).content.decode()
    assert client.post(page, {"period": "2026-12", "file": good}).status_code == 422
    bill = InsuranceBill.objects.get(levy="pension")
    factories_ledger.paid(bill.charge, actor=world.owner)
    asked = client.post(
        reverse("insurance:refund", args=[ref, bill.ref]), {"claimed": "1.00", "reason": "重复", "key": "abc"}
    )
    assert asked["Location"].endswith(f"/{Case.objects.get().number}/")


def test_a_clerk_matches_a_line_on_its_page(world):
    make.delivered(world.hrss, make.line(), make.line(payer="另一家"))
    client = signed_in(world.clerk)
    assert client.get(reverse("insurance_counter:dashboard")).status_code == 200
    payer = AssessedPayer.objects.order_by("row").first()
    where = reverse("insurance_counter:payer", args=[payer.exchange.ref, payer.row])
    unknown = client.post(where, {"do": "assign", "assign-code": "x"})
    assert (unknown.status_code, "登记信息里没有这个代码" in unknown.content.decode()) == (422, True)
    code = world.citizen.party.person.id_number
    assert client.post(where, {"do": "assign", "assign-code": code}).status_code == 302
    assert client.get(where).status_code == 404  # it waits no more
    assert (
        "社会保险费"
        in signed_in(world.citizen).get(reverse("insurance:mine", args=[world.citizen.party.ref])).content.decode()
    )


def test_an_agency_hands_in_a_file_and_a_refused_one_is_replayed(world):
    client, row = signed_in(world.hrss), make.line(world.employer)
    file = SimpleUploadedFile("a.csv", (",".join(row) + "\n" + ",".join(row.values()) + "\n").encode())
    form = {
        "file-kind": "assessments",
        "file-message_id": "page-0001",
        "file-file": file,
        "file-control_count": 1,
        "file-control_total": "1.00",
    }
    there = client.post(reverse("insurance_partner:exchanges"), form)["Location"]
    assert "wrong-total" in client.get(there).content.decode()
    assert client.post(there).status_code == 302
    assert InsuranceExchange.objects.get().attempts == 2
    for name in ("exchanges", "feedback", "reconciliation"):
        assert client.get(reverse(f"insurance_partner:{name}")).status_code == 200


def test_a_school_keeps_its_list_on_its_pages_and_sees_numbers_masked(world):
    school = make.school()
    client, number = signed_in(school), make.employee(born_in=2016)
    page = reverse("insurance:lists", args=[school.party.ref])
    file = SimpleUploadedFile("class.csv", f"姓名,证件号码\n小一,{number}\n".encode())
    sent = {"kind": "students", "title": "三（1）班", "year": "2027", "file": file, "key": "k1"}
    there = client.post(page, sent)["Location"]
    shown = client.get(there).content.decode()
    assert ("小一" in shown, number in shown) == (True, False)
    assert client.post(there).status_code == 302
    bad = SimpleUploadedFile("class.csv", "姓名,证件号码\n小二,123\n".encode())
    assert client.post(page, sent | {"title": "二", "file": bad, "key": "k2"}).status_code == 422
    people = [{"name": "小三", "person_number": make.employee(born_in=2015)}]
    headers = {"X-Acting-For": school.party.ref, "Idempotency-Key": "school-0001"}
    listed = {"kind": "students", "title": "五（2）班", "year": "2027", "people": people}
    made = client.post(reverse("api-insurance-lists"), listed, "application/json", headers=headers)
    assert (made.status_code, made.json()["standing"]["waiting"], PayerGroup.objects.count()) == (201, 1, 2)
