"""Seeds the calendar from ``chinesecalendar`` and the announced filing dates; what an office maintains stays."""

import datetime as dt
from collections import Counter
from pathlib import Path

import chinese_calendar
import yaml
from django.db import transaction

from apps.kernel.workcalendar.models import CalendarYear, Day, FilingDate

SOURCE = "chinesecalendar"
FILING_DATES = Path(__file__).parent / "law" / "filing_dates.yaml"
_NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


@transaction.atomic
def load() -> Counter[str]:
    """Add what is missing; rows already there are left alone. Counts what was added, by table."""
    announced = {date: (Day.Kind.HOLIDAY, name) for date, name in chinese_calendar.holidays.items()}
    announced |= {date: (Day.Kind.MAKEUP, name) for date, name in chinese_calendar.workdays.items()}
    # Years already there belong to the office, with every holiday it has struck out or moved.
    years = {date.year for date in announced} - set(CalendarYear.objects.values_list("year", flat=True))
    CalendarYear.objects.bulk_create(CalendarYear(year=year, confirmed=True, source=SOURCE) for year in sorted(years))
    days = Day.objects.bulk_create(
        Day(date=date, year_id=date.year, kind=kind, name=_NAMES[name], source=SOURCE)
        for date, (kind, name) in announced.items()
        if date.year in years
    )
    return Counter(years=len(years), days=len(days), filing_dates=_load_filing_dates())


def _load_filing_dates() -> int:
    known = set(FilingDate.objects.values_list("month", flat=True))
    rows = [
        FilingDate(month=month, due=month.replace(day=day), source=notice["source"])
        for notice in yaml.safe_load(FILING_DATES.read_text(encoding="utf-8"))
        for number, day in enumerate(notice["days"], start=1)
        if (month := dt.date(notice["year"], number, 1)) not in known
    ]
    return len(FilingDate.objects.bulk_create(rows))
