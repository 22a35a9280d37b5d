"""Factories of credit: payers with a record, deductions told, a year evaluated and published, measures."""

import datetime as dt
import itertools

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party, Role
from apps.supervision.credit import deductions, yearly
from apps.supervision.credit.deductions import Finding
from apps.supervision.credit.models import CreditRun, Deduction, Measure, MeasureTask
from tests import factories

SYSTEM = Actor.system("tests")
_numbers = itertools.count(1)


def payer(
    office: Office | None = None, registered_on: dt.date = dt.date(2020, 1, 1), name: str = "上海浦江精密仪器有限公司"
):
    """A company with a record from a day on, in the charge of an office."""
    party = factories.company(name, office=office)
    party.registered_on = registered_on
    party.save()
    return party


def finding(party: Party, code: str = "late-filing", happened_on: dt.date = dt.date(2026, 9, 16), **more) -> Finding:
    """What was found of a payer; a document's number nobody used before unless said otherwise."""
    return Finding(
        party_id=party.pk,
        code=code,
        happened_on=happened_on,
        counted_from=more.pop("counted_from", happened_on - dt.timedelta(days=1)),
        period=more.pop("period", f"文〔2026〕{next(_numbers)}号"),
        evidence="到期未办理。",
        **more,
    )


def deducted(party: Party, code: str = "late-filing", happened_on: dt.date = dt.date(2026, 9, 16), **more) -> Deduction:
    """A deduction the payer has been told of."""
    row = deductions.record([finding(party, code, happened_on, **more)], actor=SYSTEM)[0]
    deductions.tell()
    row.refresh_from_db()
    return row


def evaluated(year: int) -> CreditRun:
    """A year evaluated and, when its month has come, published."""
    yearly.start(year, SYSTEM)
    yearly.work()
    run = CreditRun.objects.get(year=year)
    if yearly.may_publish(year):
        yearly.publish(run, SYSTEM)
        yearly.work()
        run.refresh_from_db()
    return run


def measure(level: str = "D", office: Office | None = None) -> tuple[Measure, Actor]:
    """A measure with an officer of the department in charge."""
    office = office or factories.department("上海市市场监督管理局")
    row = Measure.objects.create(
        code=f"measure-{next(_numbers)}", level=level, title="提高抽查比例", clause="第三十四条", office=office
    )
    return row, factories.staff(office, Role.OFFICER, name="贺文婷")


def task(party: Party, office: Office | None = None, year: int = 2025) -> tuple[MeasureTask, Actor]:
    """A measure to be carried out for a payer, and who carries it out."""
    row, officer = measure(office=office)
    return MeasureTask.objects.create(measure=row, party=party, year=year), officer
