"""Factories of social insurance: agencies in charge, what they deliver, employers with a sheet, lists."""

import io
import itertools
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from apps.collaboration.insurance import groups, intake, packing, reading, submitting, uploading
from apps.collaboration.insurance.models import (
    AssistanceFund,
    InsuranceDeclaration,
    InsuranceDuty,
    InsuranceExchange,
    PayerGroup,
)
from apps.kernel.ledger.models import Levy
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.kernel.workcalendar import clock
from tests import factories

_numbers = itertools.count(1)
HRSS, MEDICAL = ("pension", "unemployment", "injury", "resident-pension"), ("medical", "resident-medical")


def agency(*levies: str, office: Office | None = None, name: str = "上海市人力资源和社会保障局") -> Actor:
    """An officer of the agency in charge of insurances, by default those of hrss."""
    office = office or factories.department(name)
    for levy in levies or HRSS:
        InsuranceDuty.objects.update_or_create(levy=Levy.objects.get(pk=levy), defaults={"office": office})
    return factories.staff(office, Role.OFFICER, name="范思琪")


def line(payer: Party | None = None, /, **changed) -> dict[str, str]:
    """One assessed line as an agency writes it; of nobody on the register without a payer."""
    code = ""
    if payer is not None:
        code = payer.organisation.uscc if payer.kind == Party.Kind.ORGANISATION else payer.person.id_number
    return {
        "payer_code": code,
        "payer": payer.name if payer else "查无此人",
        "person_number": factories.identity_number(clock.today().replace(year=1990, day=1), next(_numbers)),
        "person": "李晓",
        "levy": "pension",
        "period": "2026-09",
        "base": "10000.00",
        "employer": "0.00" if payer is None or payer.kind == Party.Kind.PERSON else "1600.00",
        "employee": "800.00",
    } | changed


def delivered(actor: Actor, *rows: dict[str, str], kind: str = "assessments", **changed) -> InsuranceExchange:
    """A delivery whose frame is right unless said otherwise."""
    totals = {
        "assessments": lambda row: Decimal(row["employer"]) + Decimal(row["employee"]),
        "insured": lambda row: Decimal(row["base"]),
        "registrations": lambda row: Decimal(0),
    }
    if "control_total" not in changed:
        changed["control_total"] = sum((totals[kind](row) for row in rows), Decimal("0.00"))
    frame = {
        "kind": kind,
        "message_id": f"M-{next(_numbers):06d}",
        "sent_at": clock.now(),
        "unit": "yuan",
        "control_count": len(rows),
    }
    return intake.deliver(packing.of_rows(kind, rows), actor=actor, **{**frame, **changed})


def insured(employer: Party, number: str, name: str = "李晓", **changed) -> dict[str, str]:
    """Somebody insured through an employer, as hrss delivers it."""
    return {
        "payer_code": employer.organisation.uscc,
        "payer": employer.name,
        "person_number": number,
        "person": name,
        "base": "10000.00",
        "since": "2025-01-01",
        "until": "",
    } | changed


def registration(employer: Party, **changed) -> dict[str, str]:
    """An employer's registration, as hrss delivers it."""
    return {
        "number": f"SI-{next(_numbers):06d}",
        "payer_code": employer.organisation.uscc,
        "payer": employer.name,
        "injury_rate": "0.002",
        "since": "2024-01-01",
        "until": "",
    } | changed


def sheet(*rows: tuple, excel: bool = True) -> SimpleUploadedFile:
    """An employer's sheet: name, number, wage, change."""
    headings = ("姓名", "证件号码", "月工资", "变动")
    if not excel:
        text = "\n".join(",".join(map(str, row)) for row in (headings, *rows))
        return SimpleUploadedFile("wages.csv", text.encode())
    book, out = Workbook(), io.BytesIO()
    for row in (headings, *rows):
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("wages.xlsx", out.getvalue())


def employee(number: int = 0, born_in: int = 1990) -> str:
    """The number of somebody who works."""
    return factories.identity_number(clock.today().replace(year=born_in, day=1), number or next(_numbers))


def uploaded(actor: Actor, *rows: tuple, period: str = "2026-09", **changed) -> InsuranceDeclaration:
    """A sheet taken in and judged."""
    declaration = uploading.upload(sheet(*rows), period=period, actor=actor, **changed)
    reading.take_in(declaration.pk)
    declaration.refresh_from_db()
    return declaration


def declared(actor: Actor, *rows: tuple, period: str = "2026-09") -> InsuranceDeclaration:
    """A month declared."""
    return submitting.submit(uploaded(actor, *rows, period=period), actor=actor)


def school(office: Office | None = None) -> Actor:
    """Somebody who acts for a school."""
    return factories.representative(factories.company("上海市外滩第二小学", office=office, form="institution"))


def assisting(office: Office | None = None) -> Actor:
    """An officer of the department whose fund pays for the people it assists."""
    office = office or factories.department("上海市民政局")
    fund = factories.company("上海市医疗救助基金", form="social")
    AssistanceFund.objects.get_or_create(office=office, defaults={"payer": fund})
    return factories.staff(office, Role.OFFICER, name="夏雨荷")


def listed(actor: Actor, *people: tuple[str, str], year: str = "2027", title: str = "三年级（1）班") -> PayerGroup:
    """A list of people by name and number."""
    kind = "students" if actor.party is not None else "assisted"
    return groups.make(list(people), kind=kind, year=year, title=title, actor=actor)
