"""Half a year of pulls and audits of the demonstration, and what they say of the units (Art 20)."""

import datetime as dt

from apps.datashare.catalogue.models import Dataset
from apps.datashare.corrections.models import AuditRun
from apps.datashare.pulls.models import Pull, PullSource, RunCount
from apps.datashare.quality import assessing
from apps.kernel.parties.models import Office
from apps.kernel.workcalendar import clock
from apps.kernel.workcalendar.days import SHANGHAI
from apps.kernel.workcalendar.periods import Period

MONTHS = 6
ROWS = 40_000

# Entry; of a thousand: values of a wrong type, empty, doubled, quarantined and lacking rows; failed tries of 20.
HISTORY = {
    "hrss-insurance-registration": (2, 5, 1, 4, 0, 1),
    "planning-land-transfers": (11, 30, 6, 22, 15, 3),
    "medical-insurance-registration": (0, 8, 0, 3, 0, 0),
    "police-household-register": (4, 2, 12, 9, 0, 2),
    "ecology-discharge-permits": (35, 60, 20, 70, 90, 6),
}
AUDITED = {"hrss": (5000, 4870), "medical": (3200, 3188)}


def seed() -> None:
    """Write the history once, then assess the months, the last quarter and the year so far."""
    today = clock.today().replace(day=1)
    months = [Period((today.year * 12 + today.month - 1 - back) // 12, (today.month - 1 - back) % 12 + 1, 1)
              for back in range(MONTHS, 0, -1)]  # fmt: skip
    for code, found in HISTORY.items():
        dataset = Dataset.objects.filter(code=code, current__isnull=False, pull_source__isnull=True).first()
        if dataset is not None:
            source = PullSource.objects.create(dataset=dataset, kind="drop", mode="snapshot", address=code)
            for month in months:
                _run(source, month, found)
    if not AuditRun.objects.exists():
        _audits(months)
    last = months[-1]
    quarter = Period(last.year, (last.month - 1) // 3 * 3 + 1, 3)
    before = Period(quarter.year - (quarter.month == 1), (quarter.month - 4) % 12 + 1, 3)
    for period in (*months, before if quarter.end >= today else quarter, Period(last.year, 1, 12)):
        assessing.assess(period)


def _run(source: PullSource, month: Period, found: tuple[int, ...]) -> None:
    at = dt.datetime.combine(month.start + dt.timedelta(days=4), dt.time(3), tzinfo=SHANGHAI)
    mistyped, empty, doubled, quarantined, lacking, failed = (share * (1 + (month.month % 3)) // 2 for share in found)
    of = ROWS // 1000
    received = ROWS - lacking * of
    run = Pull.objects.create(
        source=source,
        version=source.dataset.current,
        kind=Pull.Kind.SCHEDULED,
        state=Pull.State.DONE,
        at=at,
        started=at,
        finished=at + dt.timedelta(minutes=3),
        complete=True,
        received=received,
        good=received - quarantined * of,
        quarantined=quarantined * of,
        duplicates=doubled * of,
        unchanged=received - quarantined * of,
        control_rows=ROWS,
        tried=20,
        succeeded=20 - min(failed, 20),
    )
    RunCount.objects.bulk_create(
        RunCount(
            run=run,
            field=field.name,
            rows=received,
            filled=received - empty * of,
            expected=received,
            type_checked=received - empty * of,
            type_failed=mistyped * of,
            format_checked=(received - empty * of) if field.pattern or field.codes else 0,
        )
        for field in source.dataset.current.fields.all()
    )


def _audits(months: list[Period]) -> None:
    for code, (compared, matched) in AUDITED.items():
        office = Office.objects.filter(code=code).first()
        for month in months if office is not None else ():
            at = dt.datetime.combine(month.end, dt.time(3, 40), tzinfo=SHANGHAI)
            AuditRun.objects.create(
                audit="wage-base-hrss-returns", office=office, at=at, compared=compared, matched=matched, opened=0
            )
