"""A month of the city's contributions: lines from a file to posted charges, and their reconciliation in one pass;
and the sheet of one large employer, judged row by row.

``INSURANCE_LINES`` sets how many (a million unless told). Beside it the same rows go by COPY into a bare table of
the same columns, in the same run: what the portal adds to that is checking, matching, billing and posting.
"""

import csv
import datetime as dt
import gzip
import io
import os
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from openpyxl import Workbook
from stdnum.cn import ric, uscc

from apps.collaboration.insurance import feedback, intake, packing, reading, reconciliation
from apps.collaboration.insurance.models import InsuranceBill, InsuranceDeclaration, InsuranceDuty, InsuranceExchange
from apps.kernel.ledger.models import Charge
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Membership, Office, Organisation, Party, User
from apps.kernel.workcalendar import clock
from bench.figures import Figure

LINES = int(os.environ.get("INSURANCE_LINES", "1000000"))
PEOPLE = 100  # of one employer
FIRST = 900_000_000  # of invented credit codes
LEVIES = ("pension", "unemployment", "injury")
SHARES = {"pension": ("1600.00", "800.00"), "unemployment": ("50.00", "50.00"), "injury": ("20.00", "0.00")}
PERIOD = "2026-01"
FIRST_BODY = f"91310000{FIRST:09d}"  # of the first of them
WRONG_EVERY = 1_000
EMPLOYEES = 50_000  # of the employer whose sheet is read
HEADINGS = ("payer_code", "payer", "person_number", "person", "levy", "period", "base", "employer", "employee")


def measure(_address: str) -> list[Figure]:
    """Lines per second from file to posted charge, against raw COPY; one pass of reconciliation."""
    actor = _agency()
    with tempfile.TemporaryDirectory(prefix="insurance-bench-") as folder:
        file = Path(folder) / "lines.csv"
        count, total = _write(file, _employers())
        raw = _timed(lambda: _copy(file))
        bare = raw[0]
        started = time.perf_counter()
        with file.open("rb") as handle:
            packed = packing.of_file("assessments", UploadedFile(File(handle), file.name, size=file.stat().st_size))
            exchange = intake.deliver(
                packed,
                kind=InsuranceExchange.Kind.ASSESSMENTS,
                message_id=f"bench-{reference()}",
                sent_at=clock.now(),
                unit=intake.UNIT,
                control_count=count,
                control_total=total,
                actor=actor,
            )
            intake.take_in(exchange.pk)
        taken = time.perf_counter() - started
    exchange.refresh_from_db()
    bills = InsuranceBill.objects.filter(exchange=exchange)
    charged = sum(Charge.objects.filter(pk__in=bills.values("charge")).values_list("amount", flat=True), Decimal(0))
    feedback.tell()
    seconds, days = _timed(lambda: reconciliation.days(actor.office))
    differing = sum(day.differing for day in days)
    return [
        Figure(what=f"{count:,} lines, raw COPY of the same rows", value=count / bare, unit="rows/s"),
        Figure(what="lines from file to posted charge", value=count / taken, unit="rows/s"),
        Figure(what="time over that of raw COPY", value=taken / bare, unit="times", at_most=4),
        Figure(what="bills and charges made", value=bills.count(), unit="bills"),
        Figure(
            what="fen missing or too many on charges", value=float(abs(charged - total) * 100), unit="fen", at_most=0
        ),
        Figure(what="reconciliation of all lines, one statement", value=seconds, unit="s"),
        Figure(what="bills that differ", value=differing, unit="bills", at_most=0),
        *_sheet(),
    ]


def _sheet() -> list[Figure]:
    """An employer's spreadsheet, read in pieces and judged, with a wrong row in every thousand."""
    employer = Organisation.objects.select_related("party").get(uscc=f"{FIRST_BODY}{uscc.calc_check_digit(FIRST_BODY)}")
    declaration = InsuranceDeclaration.objects.create(
        party=employer.party,
        period="2026-09",
        injury_rate=Decimal("0.002"),
        file_name="wages.xlsx",
        content=gzip.compress(_workbook()),
        due=clock.today(),
        created_by=User.objects.get(username="hrss"),
    )
    seconds, judged = _timed(lambda: reading.take_in(declaration.pk))
    wrong = abs(judged.wrong_rows - EMPLOYEES // WRONG_EVERY)
    return [
        Figure(what=f"sheet of {EMPLOYEES:,} employees, file to judged rows", value=EMPLOYEES / seconds, unit="rows/s"),
        Figure(what="wrong rows not named, or right ones refused", value=wrong, unit="rows", at_most=0),
    ]


def _workbook() -> bytes:
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    sheet.append(("姓名", "证件号码", "月工资", "变动"))
    for place in range(EMPLOYEES):
        birth = dt.date(1970, 1, 1) + dt.timedelta(days=place // 4)
        number = f"310101{birth:%Y%m%d}{place % 4:03d}"
        wage = "九千" if place % WRONG_EVERY == 0 else "9000.00"
        sheet.append(("李晓", number + ric.calc_check_digit(f"{number}?"), wage, "新增"))
    book.save(out)
    return out.getvalue()


def _timed(work):
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _agency() -> Actor:
    office, user = Office.objects.get(code="hrss"), User.objects.get(username="hrss")
    for levy in LEVIES:
        InsuranceDuty.objects.get_or_create(levy_id=levy, defaults={"office": office})
    roles = Membership.objects.filter(user=user, office=office).values_list("role", flat=True)
    return Actor(user=user, office=office, roles=frozenset(roles), channel="api")


def _employers() -> list[Organisation]:
    many = max(1, LINES // (PEOPLE * len(LEVIES)))
    office = Office.objects.get(code="tax-310101-1")
    parties = Party.objects.bulk_create(
        Party(kind=Party.Kind.ORGANISATION, name=f"社保压力测试{number:06d}有限公司", office=office)
        for number in range(many)
    )
    bodies = [f"91310000{number:09d}" for number in range(FIRST, FIRST + many)]
    return Organisation.objects.bulk_create(
        [
            Organisation(party=party, uscc=body + uscc.calc_check_digit(body))
            for party, body in zip(parties, bodies, strict=True)
        ],
        batch_size=2_000,
    )


def _write(file: Path, employers: list[Organisation]) -> tuple[int, Decimal]:
    count, total = 0, Decimal(0)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(HEADINGS)
        for place, employer in enumerate(employers):
            for person in range(PEOPLE):
                number = f"310101199001{(place * PEOPLE + person) % 100_000_0:06d}"
                for levy in LEVIES:
                    own, theirs = SHARES[levy]
                    name = employer.party.name
                    writer.writerow((employer.uscc, name, number, "李晓", levy, PERIOD, "10000.00", own, theirs))
                    count += 1
                    total += Decimal(own) + Decimal(theirs)
    return count, total


def _copy(file: Path) -> None:
    """The same rows into a plain table of the same columns with a key, committed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_insurance (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payer_code varchar(18),"
            " payer varchar(120), person_number varchar(18), person varchar(60), levy varchar(30), period varchar(7),"
            " base numeric(18,2), employer numeric(18,2), employee numeric(18,2))"
        )
        with file.open("rb") as handle:
            columns = ", ".join(HEADINGS)
            cursor.copy_expert(f"COPY bench_insurance ({columns}) FROM STDIN (FORMAT csv, HEADER)", handle)
