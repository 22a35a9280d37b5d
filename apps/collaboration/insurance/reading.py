"""A sheet is read in pieces that stay when the worker dies, then judged as a set, row by row (Art 24).

A piece is written with the mark of how far reading has come, in one transaction: whoever takes the sheet up
again goes on after the last piece, and nothing is read twice. Memory holds one piece, however long the sheet.
"""

import gzip
import io
import itertools
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.collaboration.insurance import comparing, sheets
from apps.collaboration.insurance.models import InsuranceDeclaration, StagedEmployee
from apps.collaboration.insurance.uploading import State
from apps.kernel.lists import joined
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.periods import Period

PIECE = 2_000  # rows written with one mark
MOST_ROWS = 100_000
HEADINGS = {"姓名": "name", "证件号码": "person_number", "月工资": "wage", "变动": "change"}
OPTIONAL = {"change"}

# What can be wrong with a row, in words; the database names them by code.
PROBLEMS = {
    "name": gettext_lazy("请填写姓名，最多 60 个字。"),
    "number": gettext_lazy("证件号码不正确。请核对 18 位号码，末位可能是字母 X。"),
    "wage": gettext_lazy("月工资请填大于零的数字，以元为单位，最多两位小数。"),
    "change": gettext_lazy("变动只能填“新增”“减少”或者留空。"),
    "doubled": gettext_lazy("这个证件号码在表里出现了不止一次。"),
    "not-insured": gettext_lazy("不在本单位的参保名单里。新进职工请在变动栏填“新增”，其他的请先到人社部门办理参保。"),
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_SUM = " + ".join(f"substr(s.person_number, {place}, 1)::int * {weight}" for place, weight in enumerate(_WEIGHTS, 1))

_JUDGE = rf"""
UPDATE collaboration_stagedemployee t SET problems = f.problems
FROM (
    SELECT s.id, array_remove(ARRAY[
        CASE WHEN length(s.name) NOT BETWEEN 1 AND 60 THEN 'name' END,
        CASE WHEN s.person_number !~ '^[0-9]{{17}}[0-9X]$' THEN 'number'
             WHEN substr('10X98765432', (({_SUM}) %% 11) + 1, 1) <> right(s.person_number, 1) THEN 'number' END,
        CASE WHEN s.wage !~ '^\d{{1,9}}(\.\d{{1,2}})?$' THEN 'wage' WHEN s.wage::numeric = 0 THEN 'wage' END,
        CASE WHEN s.change NOT IN ('', '新增', '减少', 'join', 'leave') THEN 'change' END,
        CASE WHEN count(*) OVER (PARTITION BY s.person_number) > 1 THEN 'doubled' END,
        CASE WHEN %(listed)s AND s.change NOT IN ('新增', 'join') AND NOT EXISTS (
            SELECT FROM collaboration_insuredperson i
            WHERE i.employer_id = %(party)s AND i.person_number = s.person_number
              AND (i.until IS NULL OR i.until >= %(start)s)) AND NOT EXISTS (
            SELECT FROM collaboration_declaredline l
            WHERE l.declaration_id = %(before)s AND l.person_number = s.person_number
              AND l.change <> 'leave') THEN 'not-insured' END
    ], NULL) AS problems
    FROM collaboration_stagedemployee s WHERE s.declaration_id = %(declaration)s
) f WHERE f.id = t.id AND cardinality(f.problems) > 0
"""  # noqa: S608 - our own SQL

_LINES = """
INSERT INTO collaboration_declaredline
    (declaration_id, row, person_number, name, change, wage, base, bound, pension_employer, pension_employee,
     medical_employer, medical_employee, unemployment_employer, unemployment_employee, injury_employer)
SELECT w.declaration_id, w.row, w.person_number, w.name, w.change, w.wage, w.base,
       CASE WHEN w.wage < %(floor)s THEN 'floor' WHEN w.wage > %(ceiling)s THEN 'ceiling' ELSE '' END,
       round(w.base * %(pension_employer)s, 2), round(w.base * %(pension_employee)s, 2),
       round(w.base * %(medical_employer)s, 2), round(w.base * %(medical_employee)s, 2),
       round(w.base * %(unemployment_employer)s, 2), round(w.base * %(unemployment_employee)s, 2),
       round(w.base * %(injury)s, 2)
FROM (
    SELECT s.declaration_id, s.row, s.person_number, s.name, s.wage::numeric AS wage,
           CASE WHEN s.change IN ('新增', 'join') THEN 'join' WHEN s.change IN ('减少', 'leave') THEN 'leave'
                ELSE '' END AS change,
           least(greatest(s.wage::numeric, %(floor)s), %(ceiling)s) AS base
    FROM collaboration_stagedemployee s WHERE s.declaration_id = %(declaration)s
) w ORDER BY w.row
"""

_TOTALS = """
SELECT count(*), sum(wage), sum(base),
       sum(pension_employer + medical_employer + unemployment_employer + injury_employer),
       sum(pension_employee + medical_employee + unemployment_employee)
FROM collaboration_declaredline WHERE declaration_id = %s
"""


def take_in(declaration_id: int) -> InsuranceDeclaration:
    """Read what is left of a sheet and judge it; one already judged stays as it is."""
    declaration = InsuranceDeclaration.objects.select_related("party").get(pk=declaration_id)
    try:
        if declaration.state == State.READING and _read(declaration):
            _judge(declaration)
    except ValidationError as error:
        _refuse_sheet(declaration, " ".join(error.messages))
    return declaration


def _read(declaration: InsuranceDeclaration) -> bool:
    """Read the rows that are left, piece by piece; false when it was replaced, or another worker reads it."""
    for rows in _pieces(declaration):
        with transaction.atomic():
            locked = InsuranceDeclaration.objects.select_for_update(no_key=True, of=("self",)).get(pk=declaration.pk)
            if locked.state != State.READING or locked.read_rows != declaration.read_rows:
                declaration.state = locked.state
                return False
            StagedEmployee.objects.bulk_create(rows)
            declaration.read_rows += len(rows)
            declaration.total_rows = max(declaration.total_rows or 0, declaration.read_rows)
            declaration.save(update_fields=["read_rows", "total_rows"])
        if declaration.read_rows > MOST_ROWS:
            sheets.refuse(_("一张表最多 %d 行，请分成几个单位或者到窗口办理。") % MOST_ROWS)
    return True


def _pieces(declaration: InsuranceDeclaration) -> Iterator[list[StagedEmployee]]:
    """The rows after those read already, in pieces."""
    file = io.BytesIO(gzip.decompress(bytes(declaration.content)))
    table = sheets.rows(file)
    names = _columns(next(table, []))
    if declaration.total_rows is None:
        declaration.total_rows = _rows_of(file)
    filled = (cells for cells in table if any(cells))
    rest = itertools.islice(enumerate(filled, start=1), declaration.read_rows, None)
    while piece := list(itertools.islice(rest, PIECE)):
        yield [_staged(declaration, row, dict(zip(names, cells, strict=False))) for row, cells in piece]


def _columns(cells: list[str]) -> list[str]:
    found = [HEADINGS.get(cell.replace("（元）", ""), "") for cell in cells]
    missing = [heading for heading, name in HEADINGS.items() if name not in found and name not in OPTIONAL]
    if missing:
        sheets.refuse(_("第一行应是列名，缺少：%s。可以先下载模板。") % joined(missing))
    return found


def _rows_of(file: io.BytesIO) -> int | None:
    """How many rows a sheet says it has, for the progress bar; nothing decides by it."""
    data = file.getbuffer()
    if bytes(data[:2]) != b"PK":
        return max(0, bytes(data).count(b"\n") - 1)
    return None


def _staged(declaration: InsuranceDeclaration, row: int, cells: dict[str, str]) -> StagedEmployee:
    return StagedEmployee(
        declaration=declaration,
        row=row,
        name=cells.get("name", ""),
        person_number="".join(cells.get("person_number", "").split()).upper(),
        wage=cells.get("wage", "").replace(",", "").replace("，", "").replace(" ", ""),
        change=cells.get("change", ""),
    )


@transaction.atomic
def _judge(declaration: InsuranceDeclaration) -> None:
    """Every row at once: what is wrong with each, or the lines with their amounts."""
    locked = InsuranceDeclaration.objects.select_for_update(no_key=True, of=("self",)).get(pk=declaration.pk)
    if locked.state != State.READING:
        declaration.state = locked.state
        return
    if not declaration.read_rows:
        _refuse_sheet(declaration, _("表里没有职工。"))
        return
    start = Period.parse(declaration.period).start
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM collaboration_insuredperson WHERE employer_id = %s)", [declaration.party_id]
        )
        listed = cursor.fetchone()[0]
        where = {"declaration": declaration.pk, "party": declaration.party_id, "listed": listed, "start": start}
        # Who was declared last month is known, though the agency has not verified the list anew.
        where["before"] = earlier.pk if (earlier := comparing.before(declaration)) else None
        cursor.execute(_JUDGE, where)
        declaration.wrong_rows = cursor.rowcount
        declaration.total_rows = declaration.read_rows
        declaration.finished_at = clock.now()
        if declaration.wrong_rows:
            declaration.state = State.REFUSED
        else:
            cursor.execute(_LINES, where | _law(declaration))
            cursor.execute(_TOTALS, [declaration.pk])
            (
                declaration.persons,
                declaration.wage_total,
                declaration.base_total,
                declaration.employer_total,
                declaration.employee_total,
            ) = cursor.fetchone()
            declaration.state = State.READY
            cursor.execute("DELETE FROM collaboration_stagedemployee WHERE declaration_id = %s", [declaration.pk])
    declaration.save()


def _law(declaration: InsuranceDeclaration) -> dict:
    """The bounds and rates in force in the month."""
    start = Period.parse(declaration.period).start
    found = {each.code: each.number for each in parameters.rows(start).filter(code__startswith="si.")}
    shares = ("employer", "employee")
    return {
        "floor": found["si.base.floor"],
        "ceiling": found["si.base.ceiling"],
        "injury": declaration.injury_rate,
        **{
            f"{insurance}_{share}": found[f"si.{insurance}.{share}"]
            for insurance in ("pension", "medical", "unemployment")
            for share in shares
        },
    }


def _refuse_sheet(declaration: InsuranceDeclaration, message: str) -> None:
    declaration.state, declaration.problem = State.REFUSED, message[:300]
    declaration.finished_at = clock.now()
    declaration.save(update_fields=["state", "problem", "finished_at"])


def problems(declaration: InsuranceDeclaration) -> Iterator[tuple[int, str, str, list[str]]]:
    """The wrong rows in order: row, name, number as typed, and what is wrong, in words."""
    wrong = StagedEmployee.objects.filter(declaration=declaration).exclude(problems=[]).order_by("row")
    for staged in wrong.iterator(chunk_size=PIECE):
        yield staged.row, staged.name, staged.person_number, [str(PROBLEMS[code]) for code in staged.problems]
